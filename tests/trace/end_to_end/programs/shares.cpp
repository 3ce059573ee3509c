// Work in known shares: the program measures with the threads' CPU clocks what each of its functions takes, by who
// called it, and prints it at the end (`thread;caller;function NANOSECONDS`).
#include <alloca.h>
#include <pthread.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

namespace {

constexpr double kSeconds = 1;  // of each thread

volatile double g_sink;

long cpuNs() {
    timespec cpu = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return cpu.tv_sec * 1000000000 + cpu.tv_nsec;
}

struct Account {
    std::string path;
    std::map<std::string, long> took;
    long since = 0;

    void charge() {
        const long now = cpuNs();
        took[path] += now - since;
        since = now;
    }
};
thread_local Account t_account;

// Time from here on is the function's, until it returns.
class Measured {
  public:
    explicit Measured(const char* function) : length_(t_account.path.size()) {
        t_account.charge();
        if (length_ > 0) t_account.path += ';';
        t_account.path += function;
    }
    ~Measured() {
        t_account.charge();
        t_account.path.resize(length_);
    }
    Measured(const Measured&) = delete;
    Measured& operator=(const Measured&) = delete;

  private:
    size_t length_;
};

// Not in step with the samples.
thread_local unsigned t_random = 1;
long about(long rounds) {
    t_random = t_random * 1664525 + 1013904223;
    return rounds / 2 + static_cast<long>(t_random >> 8) % rounds;
}

inline __attribute__((always_inline)) void work(long rounds) {
    double x = 1;
    for (long i = about(rounds); i > 0; --i) x = x * 1.0000001 + 0.5;
    g_sink = x;
}

}  // namespace

#define FUNCTION extern "C" __attribute__((noinline)) void

FUNCTION shared_leaf(long rounds) {
    Measured measured("shared_leaf");
    work(rounds);
}

FUNCTION calls_often() {
    Measured measured("calls_often");
    for (int i = 0; i < 4; ++i) shared_leaf(90000);
    work(60000);
}

FUNCTION calls_seldom() {
    Measured measured("calls_seldom");
    work(180000);
    shared_leaf(90000);
}

FUNCTION descend(int levels) {
    Measured measured("descend");
    work(60000);
    if (levels > 1) descend(levels - 1);
    work(15000);
}

// Its frame has no fixed size.
FUNCTION with_alloca(long bytes) {
    Measured measured("with_alloca");
    auto* memory = static_cast<char*>(alloca(static_cast<size_t>(bytes)));
    memset(memory, 1, static_cast<size_t>(bytes));
    g_sink = memory[bytes / 2];
    work(120000);
    shared_leaf(30000);
}

extern "C" __attribute__((noinline)) int compare(const void* a, const void* b) {
    Measured measured("compare");
    work(30000);
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

// Called back from the C library.
FUNCTION sorts() {
    Measured measured("sorts");
    int numbers[] = {3, 1, 2, 5, 4};
    qsort(numbers, 5, sizeof *numbers, compare);
}

namespace {

void runFor(void (*round)()) {
    t_account.since = cpuNs();
    const long until = t_account.since + static_cast<long>(kSeconds * 1e9);
    while (cpuNs() < until) round();
    t_account.took.erase("");
    static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&printing);
    for (const auto& [path, ns] : t_account.took) std::printf("%s %ld\n", path.c_str(), ns);
    pthread_mutex_unlock(&printing);
}

}  // namespace

extern "C" __attribute__((noinline)) void* other_thread(void*) {
    runFor([] {
        Measured measured("other_thread");
        work(150000);
        calls_seldom();
        sorts();
    });
    return nullptr;
}

int main() {
    pthread_t other;
    pthread_create(&other, nullptr, other_thread, nullptr);
    runFor([] {
        Measured measured("main");
        calls_often();
        calls_seldom();
        descend(6);
        with_alloca(about(4000));
    });
    pthread_join(other, nullptr);
}
