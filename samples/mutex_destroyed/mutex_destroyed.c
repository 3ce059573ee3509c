// A worker counts under a mutex; the main thread waits a while, then destroys the mutex and goes on.
// Waiting a while is no order: on a slow day the worker locks what is gone.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t mutex;
static long count;

static void* work(void* arg) {
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&mutex);  // RACE
        count++;                     // NO-RACE: all accesses hold the mutex
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

int main(void) {
    pthread_mutex_init(&mutex, NULL);  // NO-RACE: before the thread is started
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    usleep(10000);
    pthread_mutex_lock(&mutex);  // NO-RACE: locking against locking is what a mutex is for
    printf("%ld so far\n", count);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&mutex);  // RACE
    pthread_join(worker, NULL);
    return 0;
}
