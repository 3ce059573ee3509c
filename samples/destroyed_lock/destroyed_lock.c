// Main destroys the mutex as soon as the worker is started and detached; the worker still needs it.
// Locking a destroyed mutex is undefined.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mu;
static int total;

static void* add(void* unused) {
    (void)unused;
    pthread_mutex_lock(&mu);  // MISUSE
    total++;
    pthread_mutex_unlock(&mu);
    return NULL;
}

int main(void) {
    pthread_t worker;
    pthread_mutex_init(&mu, NULL);
    pthread_create(&worker, NULL, add, NULL);
    pthread_detach(worker);
    pthread_mutex_destroy(&mu);  // MISUSE
    return 0;
}
