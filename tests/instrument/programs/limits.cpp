// Programs that end in every way, or live at the edge of what the system grants, and count what they do: in a file
// that is mapped shared, so that the counts survive like the recording.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kThreads = 4;

struct Counted {
    uint64_t object[kThreads];  // address of a lock
    uint64_t pairs[kThreads];   // lock and unlock, both returned
};
Counted* g_counted;
pthread_mutex_t g_mutex[kThreads];
pthread_mutex_t g_shared = PTHREAD_MUTEX_INITIALIZER;

void pair(int i) {
    pthread_mutex_lock(&g_mutex[i]);
    pthread_mutex_unlock(&g_mutex[i]);
    __atomic_fetch_add(&g_counted->pairs[i], 1, __ATOMIC_RELEASE);
}

void pairs(int i, int count) {
    for (int round = 0; round < count; ++round) pair(i);
}

void* pairsForEver(void* number) {
    const int i = static_cast<int>(reinterpret_cast<intptr_t>(number));
    for (;;) {
        pair(i);
        pthread_mutex_lock(&g_shared);
        pthread_mutex_unlock(&g_shared);
    }
}

void startAll() {
    pthread_t thread;
    for (intptr_t i = 0; i < kThreads; ++i) pthread_create(&thread, nullptr, pairsForEver, reinterpret_cast<void*>(i));
    for (const uint64_t& pairs : g_counted->pairs)
        while (__atomic_load_n(&pairs, __ATOMIC_ACQUIRE) < 20000) usleep(1000);
}

void* pairOfFirst(void*) {
    pair(0);
    return nullptr;
}

// As many threads as asked for, so many at a time.
void threads(int count, int atOnce, size_t stack) {
    static pthread_t all[2000];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (stack) pthread_attr_setstacksize(&attributes, stack);
    for (int done = 0; done < count; done += atOnce) {
        for (int i = 0; i < atOnce; ++i)
            if (pthread_create(&all[i], &attributes, pairOfFirst, nullptr) != 0) _exit(9);
        for (int i = 0; i < atOnce; ++i) pthread_join(all[i], nullptr);
    }
}

pthread_barrier_t g_barrier;

// All are there at the same time.
void live(int count) {
    static pthread_t all[2000];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    pthread_barrier_init(&g_barrier, nullptr, static_cast<unsigned>(count));
    const auto run = [](void*) -> void* {
        pair(0);
        pthread_barrier_wait(&g_barrier);
        pair(0);
        return nullptr;
    };
    for (int i = 0; i < count; ++i)
        if (pthread_create(&all[i], &attributes, run, nullptr) != 0) _exit(9);
    for (int i = 0; i < count; ++i) pthread_join(all[i], nullptr);
}

void forks(int count) {
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            pairs(0, 10);
            _exit(0);
        }
        if (i % 8 == 7)
            while (wait(nullptr) > 0) {
            }
    }
    while (wait(nullptr) > 0) {
    }
}

sem_t g_posted;

// Signals at 10 kHz of CPU time and of real time, whose handlers post, while the thread locks.
void signals() {
    sem_init(&g_posted, 0, 0);
    g_counted->object[1] = reinterpret_cast<uint64_t>(&g_posted);
    struct sigaction action = {};
    action.sa_handler = [](int) {
        sem_post(&g_posted);
        __atomic_fetch_add(&g_counted->pairs[1], 1, __ATOMIC_RELEASE);
    };
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, nullptr);
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, nullptr, &timer);
    const itimerspec every = {{0, 100000}, {0, 100000}};
    timer_settime(timer, 0, &every, nullptr);
    pairs(0, 1000000);
    timer_delete(timer);
}

// A library with hooked functions, loaded and unloaded again and again.
void libraries() {
    for (int i = 0; i < 200; ++i) {
        void* library = dlopen(HOOKED_PLUGIN_PATH, RTLD_NOW);
        if (!library) _exit(9);
        reinterpret_cast<int (*)()>(dlsym(library, "pluginRun"))();
        ++g_counted->pairs[1];
        dlclose(library);
    }
}

void limitMemory(uint64_t more) {
    FILE* file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (!file || fscanf(file, "%lu", &pages) != 1) _exit(9);
    fclose(file);
    const rlimit limit = {pages * 4096 + more, RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &limit);
}

struct Case {
    const char* name;
    void (*run)();
};

const Case kCases[] = {
    {"kill", [] { startAll(), kill(getpid(), SIGKILL); }},
    {"abort", [] { startAll(), abort(); }},
    {"segfault", [] { startAll(), raise(SIGSEGV); }},
    {"exec", [] { startAll(), execl("/bin/true", "true", nullptr); }},
    {"_exit", [] { startAll(), _exit(5); }},
    {"exit", [] { startAll(), exit(6); }},
    {"short-threads", [] { threads(10000, 8, 0); }},
    {"tiny-stacks", [] { threads(64, 8, 16 * 1024); }},
    {"live-threads", [] { live(2000); }},
    {"fork-storm", [] { forks(300); }},
    {"signals", signals},
    {"libraries", libraries},
    {"chroot", [] { pairs(0, 1000), printf("%d\n", chroot("/proc")), pairs(0, 300000); }},
    {"setuid", [] { pairs(0, 1000), printf("%d\n", setuid(65534)), pairs(0, 300000); }},
    {"memory", [] { pairs(0, 1000), limitMemory(300000), pairs(0, 300000); }},
};

}  // namespace

int main(int argc, char** argv) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    if (argc < 3) return 99;
    const int fd = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (ftruncate(fd, sizeof(Counted)) != 0) return 98;
    g_counted = static_cast<Counted*>(mmap(nullptr, sizeof(Counted), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    close(fd);
    for (int i = 0; i < kThreads; ++i) g_counted->object[i] = reinterpret_cast<uint64_t>(&g_mutex[i]);
    const rlimit noCore = {0, 0};
    setrlimit(RLIMIT_CORE, &noCore);
    for (const Case& each : kCases)
        if (strcmp(each.name, argv[1]) == 0) {
            each.run();
            return 0;
        }
    return 97;
}
