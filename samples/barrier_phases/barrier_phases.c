// A ring of cells: each thread fills its own cell and then reads its neighbour's.
// Nothing makes the neighbour finish first; the second phase runs into the first.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4 };

static int cells[kThreads];
static int sums[kThreads];
static int numbers[kThreads] = {0, 1, 2, 3};

static void* step(void* arg) {
    int me = *(int*)arg;
    cells[me] = me * 10;                         // RACE
    int neighbour = cells[(me + 1) % kThreads];  // RACE
    sums[me] = me + neighbour;                   // NO-RACE: every thread has its own element
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, step, &numbers[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d %d %d %d\n", sums[0], sums[1], sums[2], sums[3]);
    return 0;
}
