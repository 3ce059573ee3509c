// What there is to sample: known shares of time, on threads and in a forked child, and what programs do with signals.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scenario.h"

volatile double g_sink;

double cpuSeconds() {
    timespec cpu = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) * 1e-9;
}

__attribute__((noinline)) double spin(long rounds) {
    double x = 1;
    for (long i = 0; i < rounds; ++i) x = x * 1.0000001 + 0.5;
    return x;
}

__attribute__((noinline)) void threeParts() {
    g_sink = g_sink + spin(30000);
}

__attribute__((noinline)) void onePart() {
    g_sink = g_sink + spin(10000);
}

__attribute__((noinline)) void* burn(void* seconds) {
    const double until = cpuSeconds() + *static_cast<double*>(seconds);
    while (cpuSeconds() < until) {
        threeParts();
        onePart();
    }
    return nullptr;
}

namespace {

void runThread(void* (*routine)(void*), double seconds) {
    pthread_t thread;
    pthread_create(&thread, nullptr, routine, &seconds);
    pthread_join(thread, nullptr);
}

int shares() {
    runThread(burn, 0.4);
    const pid_t child = fork();
    if (child == 0) {
        double seconds = 0.2;
        burn(&seconds);
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    return 0;
}

// As libraries do in threads of theirs.
void* burnWithoutSignals(void* seconds) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    return burn(seconds);
}

int blocked() {
    runThread(burnWithoutSignals, 0.2);
    return 0;
}

int g_urgent;

void onUrgent(int) {
    ++g_urgent;
}

// The program's own handler sees the program's own signals and no others; sleeps are not cut short.
int ownHandler() {
    signal(SIGURG, onUrgent);
    struct sigaction seen = {};
    sigaction(SIGURG, nullptr, &seen);
    double seconds = 0.1;
    burn(&seconds);
    raise(SIGURG);
    const timespec time = {0, 30000000};
    const bool interrupted = nanosleep(&time, nullptr) != 0;
    printf("%d %d %d\n", g_urgent, seen.sa_handler == onUrgent, interrupted);
    return 0;
}

// A signal that is reset and unblocked after exec must not end the program.
int execs() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    double seconds = 0.05;
    burn(&seconds);
    execl("/bin/echo", "echo", "replaced", static_cast<char*>(nullptr));
    return 1;
}

void* shortLife(void*) {
    g_sink = g_sink + spin(100000);
    return nullptr;
}

int manyThreads() {
    for (int round = 0; round < 200; ++round) {
        pthread_t threads[5];
        for (pthread_t& thread : threads) pthread_create(&thread, nullptr, shortLife, nullptr);
        for (pthread_t& thread : threads) pthread_join(thread, nullptr);
    }
    const int lowest = dup(0);
    printf("%d\n", lowest);
    return 0;
}

constexpr Scenario kScenarios[] = {{"shares", shares},
                                   {"blocked", blocked},
                                   {"own_handler", ownHandler},
                                   {"execs", execs},
                                   {"many_threads", manyThreads}};

}  // namespace

int main(int argc, char** argv) {
    return runScenario(kScenarios, argc, argv);
}
