// A store is closed under its lock, and the lock is destroyed before it is released.
// Destroying a locked mutex is undefined, and so is the unlock that comes after it.
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
    pthread_mutex_lock(&mu);  // MISUSE
    printf("%d\n", total);
    pthread_mutex_destroy(&mu);  // MISUSE
    pthread_mutex_unlock(&mu);
    return 0;
}
