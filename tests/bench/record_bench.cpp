// What the recorder adds to a program, in nanoseconds of CPU time an operation: medians over rounds that run the
// same measurements in turn plain and recorded. `record_bench --measure` is the program that is recorded.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/hooked.h"

namespace {

constexpr int kOperations = 2'000'000;
constexpr int kRounds = 9;

double cpuNs() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Operation>
void measure(const char* name, Operation operation) {
    for (int i = 0; i < kOperations / 10; ++i) operation();
    const double begin = cpuNs();
    for (int i = 0; i < kOperations; ++i) operation();
    printf("%s\t%.3f\n", name, (cpuNs() - begin) / kOperations);
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

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "--measure") == 0) return measureAll();
    const std::string file = "/tmp/record_bench." + std::to_string(getpid());
    const std::string measured = std::string(argv[0]) + " --measure";
    const std::string recorded = RADDLE_BINARY " record -q -o " + file + " -- " + measured;
    Samples plain;
    Samples with;
    for (int round = 0; round < kRounds; ++round)
        if (!collect(measured, plain) || !collect(recorded, with)) return 1;
    unlink(file.c_str());
    printf("%-26s%10s%10s%10s   ns, medians of %d rounds\n", "", "plain", "recorded", "added", kRounds);
    for (const auto& [name, samples] : plain)
        printf("%-26s%10.1f%10.1f%10.1f\n", name.c_str(), median(samples), median(with[name]),
               median(with[name]) - median(samples));
    return 0;
}
