// A hit counter uses trylock so as never to wait: hits that find the lock taken are kept aside
// in a count of the thread's own and added when the lock is free.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 3, kHits = 5000 };

static pthread_mutex_t hits_mu = PTHREAD_MUTEX_INITIALIZER;
static long hits;

static void count_hit(long* pending) {
    ++*pending;  // NO-RACE: every thread has its own
    if (pthread_mutex_trylock(&hits_mu) != 0) {
        return;  // NO-MISUSE: not locked here
    }
    hits += *pending;  // NO-RACE: trylock succeeded
    *pending = 0;
    pthread_mutex_unlock(&hits_mu);
}

static void* serve(void* unused) {
    (void)unused;
    long pending = 0;
    for (int i = 0; i < kHits; i++) {
        count_hit(&pending);
    }
    pthread_mutex_lock(&hits_mu);
    hits += pending;  // NO-RACE
    pthread_mutex_unlock(&hits_mu);
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, serve, NULL);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%ld hits of %d\n", hits, kThreads * kHits);
    return 0;
}
