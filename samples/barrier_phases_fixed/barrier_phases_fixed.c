// A ring of cells: each thread fills its own cell, waits for all at a barrier, and reads its neighbour's.
// The barrier ends the first phase: all writes come before it and all reads after it.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4 };

static pthread_barrier_t all_filled;
static int cells[kThreads];
static int sums[kThreads];
static int numbers[kThreads] = {0, 1, 2, 3};

static void* step(void* arg) {
    int me = *(int*)arg;
    cells[me] = me * 10;  // NO-RACE: before the barrier
    pthread_barrier_wait(&all_filled);
    int neighbour = cells[(me + 1) % kThreads];  // NO-RACE: after the barrier
    sums[me] = me + neighbour;
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    pthread_barrier_init(&all_filled, NULL, kThreads);
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, step, &numbers[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_barrier_destroy(&all_filled);
    printf("%d %d %d %d\n", sums[0], sums[1], sums[2], sums[3]);
    return 0;
}
