// The lives of threads.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "tests/instrument/programs/scenario.h"

namespace {

void* ends(void*) {
    return nullptr;
}

int names() {
    static sem_t named;
    sem_init(&named, 0, 0);
    pthread_t thread;
    pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
            sem_wait(&named);
            prctl(PR_SET_NAME, "own name");
            return nullptr;
        },
        nullptr);
    pthread_setname_np(thread, "given");
    sem_post(&named);
    return pthread_join(thread, nullptr);
}

std::mutex g_mutex;
pthread_key_t g_key;

// A destructor of thread-specific data that still locks.
void* withDestructor(void* argument) {
    pthread_setspecific(g_key, &g_mutex);
    if (argument) pthread_exit(nullptr);
    for (;;) pause();
}

int waysToEnd() {
    pthread_key_create(&g_key, [](void*) { std::lock_guard lock(g_mutex); });
    pthread_t exiting;
    pthread_t cancelled;
    pthread_t waiting;
    pthread_create(&exiting, nullptr, withDestructor, &g_key);
    pthread_create(&cancelled, nullptr, withDestructor, nullptr);
    static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    pthread_create(
        &waiting, nullptr,
        [](void*) -> void* {
            static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
            pthread_mutex_lock(&mutex);
            for (;;) pthread_cond_wait(&condition, &mutex);
        },
        nullptr);
    usleep(20000);
    void* value = nullptr;
    pthread_cancel(cancelled);
    pthread_cancel(waiting);
    pthread_join(exiting, nullptr);
    pthread_join(cancelled, &value);
    printf("%d", value == PTHREAD_CANCELED);
    pthread_join(waiting, &value);
    printf(" %d\n", value == PTHREAD_CANCELED);
    return 0;
}

int thousands() {
    for (int round = 0; round < 500; ++round) {
        pthread_t threads[8];
        for (pthread_t& thread : threads)
            pthread_create(
                &thread, nullptr,
                [](void*) -> void* {
                    std::lock_guard lock(g_mutex);
                    return nullptr;
                },
                nullptr);
        for (const pthread_t thread : threads) pthread_join(thread, nullptr);
    }
    return 0;
}

int joins() {
    pthread_t thread;
    pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
            usleep(20000);
            return nullptr;
        },
        nullptr);
    printf("%d", pthread_tryjoin_np(thread, nullptr) == EBUSY);
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf(" %d", pthread_clockjoin_np(thread, nullptr, CLOCK_MONOTONIC, &now) == ETIMEDOUT);
    printf(" %d", pthread_join(thread, nullptr));
    printf(" %d\n", pthread_join(pthread_self(), nullptr) == EDEADLK);
    pthread_create(&thread, nullptr, ends, nullptr);
    pthread_detach(thread);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16384);
    printf("%d\n", pthread_create(&thread, &attributes, ends, nullptr));
    pthread_join(thread, nullptr);
    return 0;
}

// No thread can be made: the creation that was announced is taken back.
int cannotCreate() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size_t{1} << 46);
    pthread_t thread;
    printf("%d\n", pthread_create(&thread, &attributes, ends, nullptr) != 0);
    return 0;
}

// The process ends with its last thread.
int mainExits() {
    std::thread([] { usleep(20000); }).detach();
    pthread_exit(nullptr);
}

}  // namespace

int main(int argc, char** argv) {
    static constexpr Scenario kScenarios[] = {
        {"names", names}, {"ways-to-end", waysToEnd},      {"thousands", thousands},
        {"joins", joins}, {"cannot-create", cannotCreate}, {"main-exits", mainExits},
    };
    return runScenario(kScenarios, argc, argv);
}
