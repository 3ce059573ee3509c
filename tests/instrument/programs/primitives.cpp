// Every variant of every primitive, and those of std that wait on futexes of their own.
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <cerrno>
#include <chrono>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>

#include "tests/instrument/programs/scenario.h"

namespace {

using namespace std::chrono_literals;

timespec in(clockid_t clock, long ms) {
    timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += ms * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

// 4 acquisitions; then 3 that another thread's hold makes fail.
int mutexVariants() {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    const timespec real = in(CLOCK_REALTIME, 50), steady = in(CLOCK_MONOTONIC, 50);
    int bad = 0;
    bad += pthread_mutex_lock(&mutex) != 0, pthread_mutex_unlock(&mutex);
    bad += pthread_mutex_trylock(&mutex) != 0, pthread_mutex_unlock(&mutex);
    bad += pthread_mutex_timedlock(&mutex, &real) != 0, pthread_mutex_unlock(&mutex);
    bad += pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &steady) != 0;
    std::thread([&] {
        bad += pthread_mutex_trylock(&mutex) != EBUSY;
        bad += pthread_mutex_timedlock(&mutex, &real) != ETIMEDOUT;
        bad += pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &steady) != ETIMEDOUT;
    }).join();
    pthread_mutex_unlock(&mutex);
    printf("%d\n", bad);
    return bad;
}

// 4 shared and 4 exclusive acquisitions; then 3 and 3 that fail.
int rwlockVariants() {
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    const timespec real = in(CLOCK_REALTIME, 50), steady = in(CLOCK_MONOTONIC, 50);
    int bad = 0;
    bad += pthread_rwlock_rdlock(&lock) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_tryrdlock(&lock) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_timedrdlock(&lock, &real) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &steady) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_wrlock(&lock) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_trywrlock(&lock) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_timedwrlock(&lock, &real) != 0, pthread_rwlock_unlock(&lock);
    bad += pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &steady) != 0;
    std::thread([&] {
        bad += pthread_rwlock_tryrdlock(&lock) != EBUSY;
        bad += pthread_rwlock_timedrdlock(&lock, &real) != ETIMEDOUT;
        bad += pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &steady) != ETIMEDOUT;
        bad += pthread_rwlock_trywrlock(&lock) != EBUSY;
        bad += pthread_rwlock_timedwrlock(&lock, &real) != ETIMEDOUT;
        bad += pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &steady) != ETIMEDOUT;
    }).join();
    pthread_rwlock_unlock(&lock);
    printf("%d\n", bad);
    return bad;
}

// 4 decrements, then 3 that fail; 2 condition waits that time out.
int otherVariants() {
    sem_t semaphore;
    sem_init(&semaphore, 0, 4);
    const timespec real = in(CLOCK_REALTIME, 30), steady = in(CLOCK_MONOTONIC, 30);
    int bad = 0;
    bad += sem_wait(&semaphore) != 0;
    bad += sem_trywait(&semaphore) != 0;
    bad += sem_timedwait(&semaphore, &real) != 0;
    bad += sem_clockwait(&semaphore, CLOCK_MONOTONIC, &steady) != 0;
    bad += sem_trywait(&semaphore) != -1 || errno != EAGAIN;
    bad += sem_timedwait(&semaphore, &real) != -1 || errno != ETIMEDOUT;
    bad += sem_clockwait(&semaphore, CLOCK_MONOTONIC, &steady) != -1 || errno != ETIMEDOUT;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    pthread_mutex_lock(&mutex);
    bad += pthread_cond_timedwait(&condition, &mutex, &real) != ETIMEDOUT;
    bad += pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &steady) != ETIMEDOUT;
    pthread_mutex_unlock(&mutex);
    sem_destroy(&semaphore);
    printf("%d\n", bad);
    return bad;
}

std::counting_semaphore<10> g_semaphore{0};
std::latch g_latch{2};
std::barrier g_barrier{2};
std::atomic<int> g_word{0};

// Main waits for the other thread 30 ms at each of the four.
int futexes() {
    std::thread other([] {
        std::this_thread::sleep_for(30ms);
        g_semaphore.release();
        std::this_thread::sleep_for(30ms);
        g_latch.count_down();
        std::this_thread::sleep_for(30ms);
        g_barrier.arrive_and_wait();
        std::this_thread::sleep_for(30ms);
        g_word = 1;
        g_word.notify_all();
    });
    g_semaphore.acquire();
    g_latch.arrive_and_wait();
    g_barrier.arrive_and_wait();
    g_word.wait(0);
    other.join();
    printf("%d\n", g_word.load());
    return 0;
}

// System calls of all numbers of arguments, that succeed and fail, return what they would.
int systemCalls() {
    errno = 0;
    printf("%d\n", syscall(SYS_getpid) == getpid());
    printf("%ld %d\n", syscall(SYS_close, -1), errno);
    char text[] = "six arguments\n";
    printf("%ld\n", syscall(SYS_write, 1, text, sizeof text - 1));
    errno = 0;
    int word = 1;
    printf("%ld %d\n", syscall(SYS_futex, &word, 0, 0, nullptr, nullptr, 0), errno);  // is not 0: EAGAIN
    printf("%ld\n", syscall(SYS_futex, &word, 1, 1, nullptr, nullptr, 0));            // wakes none
    const long child = syscall(SYS_clone, 17, 0, 0, 0, 0);                            // as fork, SIGCHLD
    if (child == 0) _exit(3);
    printf("%d\n", child > 0);
    return 0;
}

pthread_once_t g_once = PTHREAD_ONCE_INIT;
std::once_flag g_flag;
int g_initialised;

// One of two initialises, which takes 50 ms; the other waits for that. Then one that throws, and is tried again.
int once() {
    const auto initialise = [] {
        pthread_once(&g_once, [] {
            usleep(50000);
            ++g_initialised;
        });
    };
    std::thread other(initialise);
    std::this_thread::sleep_for(20ms);
    initialise();
    other.join();
    initialise();
    for (int round = 0; round < 2; ++round) try {
            std::call_once(g_flag, [&] {
                if (round == 0) throw 1;
                ++g_initialised;
            });
        } catch (int) {
            printf("thrown\n");
        }
    printf("%d\n", g_initialised);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    static constexpr Scenario kScenarios[] = {
        {"mutex", mutexVariants}, {"rwlock", rwlockVariants},    {"other", otherVariants},
        {"futexes", futexes},     {"system-calls", systemCalls}, {"once", once},
    };
    return runScenario(kScenarios, argc, argv);
}
