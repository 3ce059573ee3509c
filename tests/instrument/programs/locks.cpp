// Every interposed lock, condition, semaphore and barrier call, with what it returned.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/instrument/programs/scenario.h"

namespace {

timespec in(clockid_t clock, long ms) {
    timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += ms * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

void sleepMs(int ms) {
    usleep(static_cast<useconds_t>(ms) * 1000);
}

pthread_mutex_t makeMutex(int type, int robust, int protocol) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    pthread_mutexattr_setrobust(&attributes, robust);
    pthread_mutexattr_setprotocol(&attributes, protocol);
    pthread_mutex_t mutex;
    pthread_mutex_init(&mutex, &attributes);
    return mutex;
}

// Another thread holds the mutex while this one goes through all ways to lock it.
void tryAll(const char* name, pthread_mutex_t& mutex) {
    std::atomic<int> step = 0;
    std::thread holder([&] {
        pthread_mutex_lock(&mutex);
        step = 1;
        while (step != 2) sleepMs(1);
        pthread_mutex_unlock(&mutex);
    });
    while (step != 1) sleepMs(1);
    const timespec real = in(CLOCK_REALTIME, 5);
    const timespec mono = in(CLOCK_MONOTONIC, 5);
    const timespec bad = {0, 2000000000};
    printf("%s held: try %d", name, pthread_mutex_trylock(&mutex));
    printf(" timed %d", pthread_mutex_timedlock(&mutex, &real));
    printf(" clock %d", pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &mono));
    printf(" bad time %d", pthread_mutex_timedlock(&mutex, &bad));
    printf(" bad clock %d", pthread_mutex_clocklock(&mutex, CLOCK_PROCESS_CPUTIME_ID, &mono));
    printf(" unlock %d\n", pthread_mutex_unlock(&mutex) == EPERM);
    step = 2;
    printf("%s: lock %d", name, pthread_mutex_lock(&mutex));
    holder.join();
    printf(" try %d", pthread_mutex_trylock(&mutex));
    printf(" bad clock %d", pthread_mutex_clocklock(&mutex, CLOCK_PROCESS_CPUTIME_ID, &mono));
    printf(" bad time %d", pthread_mutex_timedlock(&mutex, &bad) == 0);
    printf(" unlock %d", pthread_mutex_unlock(&mutex));
    printf(" destroy %d\n", pthread_mutex_destroy(&mutex));
}

int mutexes() {
    pthread_mutex_t errorChecking = makeMutex(PTHREAD_MUTEX_ERRORCHECK, 0, 0);
    tryAll("errorcheck", errorChecking);
    errorChecking = makeMutex(PTHREAD_MUTEX_ERRORCHECK, 0, 0);
    pthread_mutex_lock(&errorChecking);
    printf("again %d\n", pthread_mutex_lock(&errorChecking) == EDEADLK);
    pthread_mutex_unlock(&errorChecking);
    pthread_mutex_t inheriting = makeMutex(PTHREAD_MUTEX_ERRORCHECK, 0, PTHREAD_PRIO_INHERIT);
    tryAll("inherit", inheriting);
    pthread_mutex_t robust = makeMutex(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ROBUST, 0);
    std::thread([&] { pthread_mutex_lock(&robust); }).join();
    printf("robust %d", pthread_mutex_lock(&robust) == EOWNERDEAD);
    printf(" %d", pthread_mutex_unlock(&robust));
    printf(" %d", pthread_mutex_lock(&robust) == ENOTRECOVERABLE);
    printf(" %d\n", pthread_mutex_trylock(&robust) == ENOTRECOVERABLE);
    pthread_mutex_t recursive = makeMutex(PTHREAD_MUTEX_RECURSIVE, 0, 0);
    printf("recursive %d %d", pthread_mutex_lock(&recursive), pthread_mutex_lock(&recursive));
    printf(" %d %d", pthread_mutex_unlock(&recursive), pthread_mutex_unlock(&recursive));
    printf(" %d\n", pthread_mutex_unlock(&recursive) == EPERM);
    return 0;
}

// Four threads, 25,000 times: the counts are exact.
int counted() {
    std::mutex mutex;
    long counter = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 25000; ++n) {
                std::lock_guard lock(mutex);
                ++counter;
            }
        });
    for (std::thread& thread : threads) thread.join();
    printf("%ld\n", counter);
    return 0;
}

__attribute__((noinline)) void waitForIt(std::mutex& mutex) {
    std::lock_guard lock(mutex);
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

// Whether the kernel has put the first thread of the process to sleep.
bool isMainAsleep() {
    std::ifstream file("/proc/self/stat");
    std::string text;
    std::getline(file, text);
    return text.find(") S ") != std::string::npos;
}

// One thread holds the mutex until the main thread waits for it, however late that gets to it, and 50 ms longer.
int contended() {
    std::mutex mutex;
    std::atomic<bool> held = false, wanted = false;
    std::thread holder([&] {
        pthread_setname_np(pthread_self(), "holder");
        std::lock_guard lock(mutex);
        held = true;
        while (!wanted || !isMainAsleep()) sleepMs(1);
        sleepMs(50);
    });
    while (!held) sleepMs(1);
    wanted = true;
    waitForIt(mutex);
    holder.join();
    return 0;
}

int deadlock() {
    static std::mutex a;
    static std::mutex b;
    std::thread other([] {
        std::lock_guard first(b);
        sleepMs(50);
        std::lock_guard second(a);
    });
    std::lock_guard first(a);
    sleepMs(50);
    std::lock_guard second(b);
    return 0;
}

int readers() {
    std::shared_mutex lock;
    lock.lock_shared();
    printf("%d %d\n", lock.try_lock_shared(), lock.try_lock());
    std::thread writer([&] {
        lock.lock();
        lock.unlock();
    });
    sleepMs(20);
    lock.unlock_shared();
    lock.unlock_shared();
    writer.join();
    pthread_rwlock_t other = PTHREAD_RWLOCK_INITIALIZER;
    const timespec mono = in(CLOCK_MONOTONIC, 5);
    const timespec bad = {0, -1};
    printf("%d", pthread_rwlock_wrlock(&other));
    printf(" %d", pthread_rwlock_rdlock(&other) == EDEADLK);
    printf(" %d", pthread_rwlock_timedrdlock(&other, &bad) == EINVAL);
    std::thread([&] { printf(" %d", pthread_rwlock_clockrdlock(&other, CLOCK_MONOTONIC, &mono) == ETIMEDOUT); }).join();
    printf(" %d\n", pthread_rwlock_unlock(&other));
    return 0;
}

int spin() {
    pthread_spinlock_t lock;
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    pthread_spin_lock(&lock);
    printf("%d\n", pthread_spin_trylock(&lock) == EBUSY);
    std::atomic<bool> begun = false;
    std::thread other([&] {
        begun = true;
        pthread_spin_lock(&lock);
        pthread_spin_unlock(&lock);
    });
    while (!begun) sleepMs(1);
    sleepMs(30);
    pthread_spin_unlock(&lock);
    other.join();
    pthread_spin_destroy(&lock);
    return 0;
}

int conditions() {
    std::mutex mutex;
    std::condition_variable condition;
    bool ready = false;
    std::thread other([&] {
        sleepMs(20);
        {
            std::lock_guard lock(mutex);
            ready = true;
        }
        condition.notify_one();
    });
    {
        std::unique_lock lock(mutex);
        while (!ready) condition.wait(lock);
        printf("%d", condition.wait_for(lock, std::chrono::milliseconds(5)) == std::cv_status::timeout);
        printf("%d\n", condition.wait_until(lock, std::chrono::system_clock::now()) == std::cv_status::timeout);
    }
    other.join();
    condition.notify_all();
    return 0;
}

int semaphores() {
    sem_t semaphore;
    sem_init(&semaphore, 0, 1);
    errno = 77;
    printf("%d %d", sem_wait(&semaphore), errno);
    printf(" %d", sem_trywait(&semaphore) == -1 && errno == EAGAIN);
    const timespec real = in(CLOCK_REALTIME, 5);
    printf(" %d", sem_timedwait(&semaphore, &real) == -1 && errno == ETIMEDOUT);
    std::thread other([&] {
        sleepMs(20);
        sem_post(&semaphore);
    });
    printf(" %d\n", sem_wait(&semaphore));
    other.join();
    sem_destroy(&semaphore);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, nullptr, 2);
    int serial = 0;
    std::thread second([&] { serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD; });
    const int own = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
    second.join();
    printf("%d\n", serial + own);
    pthread_barrier_destroy(&barrier);
    return 0;
}

// A signal handler that posts and locks while the main thread locks and unlocks.
sem_t g_posted;
pthread_spinlock_t g_inHandler;
int signals() {
    sem_init(&g_posted, 0, 0);
    pthread_spin_init(&g_inHandler, 0);
    struct sigaction action = {};
    action.sa_handler = [](int) {
        sem_post(&g_posted);
        if (pthread_spin_trylock(&g_inHandler) == 0) pthread_spin_unlock(&g_inHandler);
    };
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, nullptr);
    const pthread_t main = pthread_self();
    std::atomic<bool> done = false;
    std::thread sender([&] {
        while (!done) pthread_kill(main, SIGUSR1), usleep(10);
    });
    std::mutex mutex;
    int value = 0;  // the sender may begin late
    for (int round = 0; round < 500000 || value == 0; ++round) {
        std::lock_guard lock(mutex);
        if (round >= 500000) sem_getvalue(&g_posted, &value);
    }
    done = true;
    sender.join();
    printf("%d\n", value > 0);
    return 0;
}

// A handler that waits, which cannot be put off until the interrupted write is done.
int waitingHandlers() {
    struct sigaction action = {};
    action.sa_handler = [](int) { usleep(1); };
    sigaction(SIGUSR1, &action, nullptr);
    const pthread_t main = pthread_self();
    std::atomic<bool> done = false;
    std::thread sender([&] {
        while (!done) pthread_kill(main, SIGUSR1), usleep(200);
    });
    std::mutex mutex;
    for (int round = 0; round < 1000000; ++round) std::lock_guard lock(mutex);
    done = true;
    sender.join();
    return 0;
}

// Two threads take one lock two million times each; one holds it 1 ms now and then.
int fight() {
    static std::mutex mutex;
    static long shared;
    const auto take = [](bool slow) {
        for (int round = 0; round < 2000000; ++round) {
            std::lock_guard lock(mutex);
            ++shared;
            if (slow && round % 200000 == 0) usleep(1000);
        }
    };
    std::thread other(take, true);
    take(false);
    other.join();
    printf("%ld\n", shared);
    return 0;
}

int countedThenKilled() {
    std::mutex mutex;
    for (int round = 0; round < 3000000; ++round) std::lock_guard lock(mutex);
    kill(getpid(), SIGKILL);
    return 0;
}

// More locks than a table has rows, each as often as the others.
int countedCrowd() {
    static std::mutex mutexes[700];
    for (int round = 0; round < 3000; ++round)
        for (std::mutex& mutex : mutexes) std::lock_guard lock(mutex);
    return 0;
}

// A burst, half a second of something else, then as much again.
int countedInBursts() {
    std::mutex mutex;
    for (int burst = 0; burst < 2; ++burst) {
        for (int round = 0; round < 1000000; ++round) std::lock_guard lock(mutex);
        const clock_t begin = clock();
        while (burst == 0 && clock() - begin < CLOCKS_PER_SEC / 2) {
        }
    }
    return 0;
}

// A million takes and posts of a semaphore that is a lock, while another thread takes it now and then.
int countedSemaphores() {
    static sem_t semaphore;
    sem_init(&semaphore, 0, 1);
    std::thread other([] {
        for (int i = 0; i < 100; ++i) {
            sem_wait(&semaphore);
            usleep(1000);
            sem_post(&semaphore);
            usleep(1000);
        }
    });
    for (int i = 0; i < 1000000; ++i) {
        sem_wait(&semaphore);
        sem_post(&semaphore);
    }
    other.join();
    return 0;
}

// A million signals that wake nobody, then ten that do.
int countedSignals() {
    static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static int turn = 0;
    for (int i = 0; i < 1000000; ++i) pthread_cond_signal(&condition);
    std::thread other([] {
        pthread_mutex_lock(&mutex);
        for (int i = 0; i < 10; ++i) {
            while (turn <= i) pthread_cond_wait(&condition, &mutex);
        }
        pthread_mutex_unlock(&mutex);
    });
    for (int i = 0; i < 10; ++i) {
        usleep(2000);
        pthread_mutex_lock(&mutex);
        ++turn;
        pthread_cond_signal(&condition);
        pthread_mutex_unlock(&mutex);
    }
    other.join();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    static constexpr Scenario kScenarios[] = {
        {"mutexes", mutexes},
        {"counted", counted},
        {"contended", contended},
        {"deadlock", deadlock},
        {"readers", readers},
        {"spin", spin},
        {"conditions", conditions},
        {"semaphores", semaphores},
        {"signals", signals},
        {"waiting-handlers", waitingHandlers},
        {"fight", fight},
        {"counted-then-killed", countedThenKilled},
        {"counted-crowd", countedCrowd},
        {"counted-in-bursts", countedInBursts},
        {"counted-semaphores", countedSemaphores},
        {"counted-signals", countedSignals},
    };
    return runScenario(kScenarios, argc, argv);
}
