// Each lock and object here is used a number of times that a test knows by heart.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct Table {
    int used;
    pthread_mutex_t rows[3];
};

static pthread_mutex_t counter_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t slow_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t queue_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_ready = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t config_lock = PTHREAD_RWLOCK_INITIALIZER;
static Table table = {0, {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER}};
static sem_t held;
static bool queueFull = false;

static void sleepMs(long ms) {
    timespec time = {0, ms * 1000000};
    nanosleep(&time, nullptr);
}

static void* count(void*) {
    for (int i = 0; i < 1000; ++i) {
        pthread_mutex_lock(&counter_mu);
        ++table.used;
        pthread_mutex_unlock(&counter_mu);
    }
    return nullptr;
}

__attribute__((noinline)) static void holdSlowly() {
    pthread_mutex_lock(&slow_mu);  // the place that is to blame
    sem_post(&held);
    sleepMs(60);
    pthread_mutex_unlock(&slow_mu);
}

static void* holder(void*) {
    pthread_setname_np(pthread_self(), "slow holder");
    holdSlowly();
    return nullptr;
}

static void* waiter(void*) {
    sem_wait(&held);
    if (pthread_mutex_trylock(&slow_mu) == 0) _exit(9);
    timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 1000000;
    if (soon.tv_nsec >= 1000000000) ++soon.tv_sec, soon.tv_nsec -= 1000000000;
    if (pthread_mutex_timedlock(&slow_mu, &soon) == 0) _exit(9);
    pthread_mutex_lock(&slow_mu);
    pthread_mutex_unlock(&slow_mu);
    return nullptr;
}

static void* consume(void*) {
    pthread_mutex_lock(&queue_mu);
    while (!queueFull) pthread_cond_wait(&queue_ready, &queue_mu);
    pthread_mutex_unlock(&queue_mu);
    return nullptr;
}

static void lockRecursively() {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_t mutex;
    pthread_mutex_init(&mutex, &attributes);
    for (int i = 0; i < 3; ++i) pthread_mutex_lock(&mutex);
    for (int i = 0; i < 3; ++i) pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&mutex);
}

static void lockRest() {
    for (int i = 0; i < 5; ++i) {
        pthread_rwlock_rdlock(&config_lock);
        pthread_rwlock_unlock(&config_lock);
    }
    pthread_rwlock_wrlock(&config_lock);
    pthread_rwlock_unlock(&config_lock);
    for (int i = 0; i < 7; ++i) {
        pthread_mutex_lock(&table.rows[1]);
        pthread_mutex_unlock(&table.rows[1]);
    }
    lockRecursively();
}

int main(int argc, char** argv) {
    pthread_t threads[7];
    sem_init(&held, 0, 0);
    for (int i = 0; i < 4; ++i) pthread_create(&threads[i], nullptr, count, nullptr);
    pthread_create(&threads[4], nullptr, holder, nullptr);
    pthread_create(&threads[5], nullptr, waiter, nullptr);
    pthread_create(&threads[6], nullptr, consume, nullptr);
    sleepMs(30);
    pthread_mutex_lock(&queue_mu);
    queueFull = true;
    pthread_cond_signal(&queue_ready);
    pthread_mutex_unlock(&queue_mu);
    for (pthread_t thread : threads) pthread_join(thread, nullptr);
    lockRest();
    if (argc > 1 && strcmp(argv[1], "kill") == 0) {
        pthread_mutex_lock(&queue_mu);
        raise(SIGKILL);
    }
    return 0;
}
