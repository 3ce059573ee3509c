// The mutex lives until the last thread that locks it has been joined.
// Made before the thread is started, destroyed after its join: nothing else is needed.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex;
static long count;

static void* work(void* arg) {
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&mutex);
        count++;
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

int main(void) {
    pthread_mutex_init(&mutex, NULL);
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_mutex_lock(&mutex);
    printf("%ld so far\n", count);
    pthread_mutex_unlock(&mutex);
    pthread_join(worker, NULL);
    pthread_mutex_destroy(&mutex);
    printf("%ld in all\n", count);
    return 0;
}
