// Four threads count the lines of a log under one mutex.
// Each adds up on its own first, so that the lock is taken once a thread and not once a line.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4, kLines = 20000 };

static pthread_mutex_t total_mu = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void* count_lines(void* unused) {
    (void)unused;
    int mine = 0;
    for (int line = 0; line < kLines; line++) {
        mine++;
    }
    pthread_mutex_lock(&total_mu);
    total += mine;  // NO-RACE
    pthread_mutex_unlock(&total_mu);
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, count_lines, NULL);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d of %d lines counted\n", total, kThreads * kLines);
    return 0;
}
