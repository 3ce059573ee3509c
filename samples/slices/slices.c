// An array is searched for its maximum, a slice a thread; all threads update one shared maximum.
// The slices do not overlap, but `*best` is the same int for everyone.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4, kValues = 4000 };

struct Slice {
    const int* values;
    int begin;
    int end;
    int* best;
};

static void* find_best(void* arg) {
    struct Slice* slice = arg;
    for (int i = slice->begin; i < slice->end; i++) {
        if (slice->values[i] > *slice->best) {  // RACE
            *slice->best = slice->values[i];    // RACE
        }
    }
    return NULL;
}

int main(void) {
    static int values[kValues];
    for (int i = 0; i < kValues; i++) {
        values[i] = (i * 7919) % 10007;  // NO-RACE: before the threads
    }
    int best = 0;
    pthread_t threads[kThreads];
    struct Slice slices[kThreads];
    for (int t = 0; t < kThreads; t++) {
        slices[t] = (struct Slice){values, t * kValues / kThreads, (t + 1) * kValues / kThreads, &best};
        pthread_create(&threads[t], NULL, find_best, &slices[t]);
    }
    for (int t = 0; t < kThreads; t++) {
        pthread_join(threads[t], NULL);
    }
    printf("best %d\n", best);  // NO-RACE: after the joins
    return 0;
}
