// What the recorder adds to a program, in nanoseconds of CPU time an operation: medians (and least to most) over rounds
// that run the same measurements in turn plain, recorded in full (--exact) and with locks stepped down to counts.
// `record_bench --measure` is the program that is recorded.
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
#include <map>
#include <string>
#include <vector>

#include "core/wire/format.h"
#include "tests/bench/hooked.h"

namespace {

constexpr int kOperations = 2'000'000;
constexpr int kRounds = 7;

double cpuNs() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Operation>
void measure(const char* name, Operation operation, int operations = kOperations) {
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

int measureAll() {
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
    measure("mutex pair", [] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    });
    measure("nested mutex pairs", [] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_lock(&second);
        pthread_mutex_unlock(&second);
        pthread_mutex_unlock(&mutex);
    });
    measure("read lock pair", [] {
        pthread_rwlock_rdlock(&rwlock);
        pthread_rwlock_unlock(&rwlock);
    });
    measure("semaphore post and wait", [] {
        sem_post(&semaphore);
        sem_wait(&semaphore);
    });
    measure("function call", [] { hookedCall(); });
    measure("ended wait, 1 frame", [] { endedWait(0); }, kOperations / 10);
    measure("ended wait, 9 frames", [] { endedWait(8); }, kOperations / 10);
    measure("two clock reads", [] {
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

using Samples = std::map<std::string, std::vector<double>>;

bool collect(const std::string& command, Samples& samples) {
    FILE* output = popen(command.c_str(), "r");
    if (!output) return false;
    char line[200];
    while (fgets(line, sizeof line, output))
        if (char* tab = strchr(line, '\t')) samples[std::string(line, tab)].push_back(atof(tab + 1));
    return pclose(output) == 0;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Of each round's difference to the plain run of the same round.
std::string added(const std::vector<double>& with, const std::vector<double>& plain) {
    std::vector<double> difference;
    for (size_t i = 0; i < with.size() && i < plain.size(); ++i) difference.push_back(with[i] - plain[i]);
    if (difference.empty()) return "-";
    char text[80];
    snprintf(text, sizeof text, "%.1f (%.1f–%.1f)", median(difference),
             *std::min_element(difference.begin(), difference.end()),
             *std::max_element(difference.begin(), difference.end()));
    return text;
}

// Bytes of events, with their definitions, by event.
double bytesPerEvent(const std::string& path) {
    FILE* file = fopen(path.c_str(), "rb");
    if (!file) return 0;
    double bytes = 0;
    double events = 0;
    RaddleChunk chunk;
    for (long at = kRaddleHeaderSize; fseek(file, at, SEEK_SET) == 0 && fread(&chunk, sizeof chunk, 1, file) == 1;) {
        const bool good = chunk.magic == RADDLE_CHUNK_MAGIC && chunk.size >= sizeof chunk;
        if (good && chunk.kind == kRaddleThreadEvents) {
            bytes += static_cast<double>(chunk.committed & 0xffffffff);
            events += static_cast<double>(chunk.committed >> 32);
        }
        at += good ? static_cast<long>(chunk.size) : kRaddleChunkAlign;
    }
    fclose(file);
    return events > 0 ? bytes / events : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "--measure") == 0) return measureAll();
    const std::string file = "/tmp/record_bench." + std::to_string(getpid());
    const std::string measured = std::string(argv[0]) + " --measure";
    const std::string record = std::string(RADDLE_BINARY) + " record -q -o " + file;
    Samples plain;
    Samples full;
    Samples counted;
    double bytes = 0;
    for (int round = 0; round < kRounds; ++round) {
        if (!collect(measured, plain) || !collect(record + " --exact -- " + measured, full)) return 1;
        bytes = bytesPerEvent(file);
        if (!collect(record + " --budget 0.1% -- " + measured, counted)) return 1;
    }
    unlink(file.c_str());
    printf("%-26s%10s   %-24s%-24s ns, medians (least–most) of %d rounds\n", "", "plain", "added in full",
           "added when counted", kRounds);
    for (const auto& [name, samples] : plain)
        printf("%-26s%10.1f   %-24s%-24s\n", name.c_str(), median(samples), added(full[name], samples).c_str(),
               added(counted[name], samples).c_str());
    printf("%-26s%10.2f\n", "bytes an event, in full", bytes);
    return 0;
}
