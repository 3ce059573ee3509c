// The main thread waits for a worker's result in a loop over the flag.
// After any wake-up, real or spurious, the flag is looked at again under the lock.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t result_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t result_ready = PTHREAD_COND_INITIALIZER;
static int ready;
static int result;

static void* compute(void* unused) {
    (void)unused;
    int value = 0;
    for (int i = 1; i <= 100; i++) {
        value += i;
    }
    pthread_mutex_lock(&result_mu);
    result = value;
    ready = 1;
    pthread_cond_signal(&result_ready);
    pthread_mutex_unlock(&result_mu);
    return NULL;
}

int main(void) {
    pthread_t worker;
    pthread_create(&worker, NULL, compute, NULL);
    pthread_mutex_lock(&result_mu);
    while (!ready) {
        pthread_cond_wait(&result_ready, &result_mu);  // NO-MISUSE
    }
    printf("result %d\n", result);  // NO-RACE
    pthread_mutex_unlock(&result_mu);
    pthread_join(worker, NULL);
    return 0;
}
