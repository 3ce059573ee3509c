// A program that measures what its own operations cost, in nanoseconds of CPU time: record_bench.py runs it plain and
// recorded. The argument is how often each is done.
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "tests/bench/hooked.h"

namespace {

double cpuNs() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Operation>
void measure(const char* name, int operations, Operation operation) {
    for (int i = 0; i < operations / 2; ++i) operation();
    const double begin = cpuNs();
    for (int i = 0; i < operations; ++i) operation();
    printf("%s\t%.3f\n", name, (cpuNs() - begin) / operations);
}

int g_word;

// A wait that ends at once, because the word is not what is expected, so many calls deep.
__attribute__((noinline)) long endedWait(int depth) {
    if (depth > 0) return endedWait(depth - 1) + 1;
    return syscall(SYS_futex, &g_word, FUTEX_WAIT_PRIVATE, 1, nullptr, nullptr, 0);
}

int measureAll(int operations) {
    // With a second thread, so that the C library's locks are real ones.
    pthread_t other;
    pthread_create(
        &other, nullptr,
        [](void*) -> void* {
            for (;;) pause();
        },
        nullptr);
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
    static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
    static sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    measure("mutex pair", operations, [] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    });
    measure("nested mutex pairs", operations, [] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_lock(&second);
        pthread_mutex_unlock(&second);
        pthread_mutex_unlock(&mutex);
    });
    measure("mutex pairs, two locks in turn", operations / 2, [] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
        pthread_mutex_lock(&second);
        pthread_mutex_unlock(&second);
    });
    measure("read lock pair", operations, [] {
        pthread_rwlock_rdlock(&rwlock);
        pthread_rwlock_unlock(&rwlock);
    });
    measure("semaphore post and wait", operations, [] {
        sem_post(&semaphore);
        sem_wait(&semaphore);
    });
    measure("function call", operations, [] { hookedCall(); });
    const int zeros = open("/dev/zero", O_RDONLY);
    measure("read of a byte", operations / 10, [&] {
        char byte;
        if (read(zeros, &byte, 1) != 1) abort();
    });
    measure("ended wait, 1 frame", operations / 10, [] { endedWait(0); });
    measure("ended wait, 9 frames", operations / 10, [] { endedWait(8); });
    measure("two clock reads", operations, [] {
        for (int i = 0; i < 2; ++i) {
#if defined(__x86_64__)
            const uint64_t ticks = __builtin_ia32_rdtsc();
            __asm__ volatile("" ::"r"(ticks));
#else
            timespec time;
            clock_gettime(CLOCK_MONOTONIC, &time);
#endif
        }
    });
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return measureAll(argc > 1 ? std::max(atoi(argv[1]), 10) : 2'000'000);
}
