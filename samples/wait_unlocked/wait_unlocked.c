// A thread waits for a result without taking the mutex first.
// The wait lets go of a mutex that the thread does not hold; what it does then is undefined.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static int finished;

static void* work(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mu);
    finished = 1;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&mu);
    return NULL;
}

int main(int argc, char** argv) {
    pthread_t worker;
    (void)argv;
    pthread_create(&worker, NULL, work, NULL);
    if (argc > 1) {
        pthread_cond_wait(&done, &mu);  // MISUSE
    }
    pthread_join(worker, NULL);
    printf("%d\n", finished);
    return 0;
}
