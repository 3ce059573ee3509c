// Four threads count the lines of a log, each adding to one plain int.
// `total++` reads and then writes: when two threads do it at once, one of the two additions is lost.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4, kLines = 20000 };

static int total;

static void* count_lines(void* unused) {
    (void)unused;
    for (int line = 0; line < kLines; line++) {
        total++;  // RACE
    }
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    total = 0;  // NO-RACE: no thread has been started yet
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, count_lines, NULL);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d of %d lines counted\n", total, kThreads * kLines);  // NO-RACE: every thread has been joined
    return 0;
}
