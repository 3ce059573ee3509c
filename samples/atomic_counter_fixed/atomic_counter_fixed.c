// C11 atomic counters: one read-modify-write for a count, a compare-and-exchange loop for a maximum.
// In the loop a stale value makes the exchange fail, and it is tried again with the fresh one.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { kThreads = 4, kHits = 5000 };

static atomic_int hits;
static atomic_int longest;

static void note_longest(int length) {
    int known = atomic_load(&longest);
    while (length > known) {
        if (atomic_compare_exchange_weak(&longest, &known, length)) {  // NO-ATOMICITY
            return;
        }
    }
}

static void* visit(void* arg) {
    int seed = *(int*)arg;
    for (int i = 0; i < kHits; i++) {
        atomic_fetch_add(&hits, 1);  // NO-ATOMICITY
        note_longest((i * seed) % 977);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    int seeds[kThreads] = {3, 5, 7, 11};
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, visit, &seeds[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d hits, longest %d\n", atomic_load(&hits), atomic_load(&longest));
    return 0;
}
