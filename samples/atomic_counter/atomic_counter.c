// A C11 atomic counter is loaded, increased and stored back.
// Each half is atomic; an increment of another thread that comes between them is overwritten.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { kThreads = 4, kHits = 5000 };

static atomic_int hits;
static atomic_int visitors;

static void* visit(void* unused) {
    (void)unused;
    atomic_fetch_add(&visitors, 1);  // NO-ATOMICITY
    for (int i = 0; i < kHits; i++) {
        int before = atomic_load(&hits);  // ATOMICITY
        atomic_store(&hits, before + 1);  // ATOMICITY
    }
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, visit, NULL);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d visitors, %d of %d hits\n", atomic_load(&visitors), atomic_load(&hits), kThreads * kHits);
    return 0;
}
