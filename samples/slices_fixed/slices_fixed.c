// An array is searched for its maximum, a slice a thread; each thread keeps its own maximum in its slice.
// Nothing is shared while the threads run, and the main thread combines the results after the joins.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4, kValues = 4000 };

struct Slice {
    const int* values;
    int begin;
    int end;
    int best;
};

static void* find_best(void* arg) {
    struct Slice* slice = arg;
    for (int i = slice->begin; i < slice->end; i++) {
        if (slice->values[i] > slice->best) {
            slice->best = slice->values[i];  // NO-RACE: every thread has its own slice
        }
    }
    return NULL;
}

int main(void) {
    static int values[kValues];
    for (int i = 0; i < kValues; i++) {
        values[i] = (i * 7919) % 10007;
    }
    pthread_t threads[kThreads];
    struct Slice slices[kThreads];
    for (int t = 0; t < kThreads; t++) {
        slices[t] = (struct Slice){values, t * kValues / kThreads, (t + 1) * kValues / kThreads, 0};  // NO-RACE
        pthread_create(&threads[t], NULL, find_best, &slices[t]);
    }
    int best = 0;
    for (int t = 0; t < kThreads; t++) {
        pthread_join(threads[t], NULL);
        if (slices[t].best > best) {  // NO-RACE: this thread has been joined
            best = slices[t].best;
        }
    }
    printf("best %d\n", best);
    return 0;
}
