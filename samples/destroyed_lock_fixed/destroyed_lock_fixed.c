// Main waits for the worker before it destroys the mutex.
// Nobody can come to the mutex any more.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mu;
static int total;

static void* add(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mu);
    total++;
    pthread_mutex_unlock(&mu);
    return NULL;
}

int main(void) {
    pthread_t worker;
    pthread_mutex_init(&mu, NULL);
    pthread_create(&worker, NULL, add, NULL);
    pthread_join(worker, NULL);
    pthread_mutex_destroy(&mu);  // NO-MISUSE
    printf("%d\n", total);
    return 0;
}
