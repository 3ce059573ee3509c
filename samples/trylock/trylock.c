// A hit counter uses trylock so as never to wait, and then counts whether it got the lock or not.
// The lock is released correctly; the access is simply outside it when trylock fails.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 3, kHits = 5000 };

static pthread_mutex_t hits_mu = PTHREAD_MUTEX_INITIALIZER;
static long hits;

static void count_hit(void) {
    int locked = pthread_mutex_trylock(&hits_mu) == 0;
    hits++;  // RACE
    if (locked) {
        pthread_mutex_unlock(&hits_mu);  // NO-MISUSE: only when the lock was taken
    }
}

static void* serve(void* unused) {
    (void)unused;
    for (int i = 0; i < kHits; i++) {
        count_hit();
    }
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
