// The same program takes the mutex, looks whether there is something to wait for, and then waits.
// The mutex is held at the wait, which lets it go and takes it again.
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

int main(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_mutex_lock(&mu);
    while (!finished) {
        pthread_cond_wait(&done, &mu);  // NO-MISUSE
    }
    pthread_mutex_unlock(&mu);
    pthread_join(worker, NULL);
    printf("%d\n", finished);
    return 0;
}
