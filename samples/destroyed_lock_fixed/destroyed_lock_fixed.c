// The store's lock is released first, and destroyed when its last user is joined.
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
    pthread_mutex_lock(&mu);
    printf("%d\n", total);
    pthread_mutex_unlock(&mu);
    pthread_mutex_destroy(&mu);  // NO-MISUSE
    return 0;
}
