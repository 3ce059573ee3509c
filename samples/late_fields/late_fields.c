// A worker is started on its record before the record is filled.
// The thread may run at once, and then reads what calloc left there.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct worker {
    pthread_t thread;
    int number;
    int rounds;
};

static void* run(void* argument) {
    struct worker* worker = argument;
    for (int i = 0; i < worker->rounds; ++i)    // RACE
        printf("%d: %d\n", worker->number, i);  // RACE
    return NULL;
}

static struct worker* start(int number, int rounds) {
    struct worker* worker = calloc(1, sizeof *worker);
    if (!worker) exit(1);
    if (pthread_create(&worker->thread, NULL, run, worker) != 0) exit(1);
    worker->number = number;  // RACE
    worker->rounds = rounds;  // RACE
    return worker;
}

int main(void) {
    struct worker* worker = start(1, 3);
    pthread_join(worker->thread, NULL);
    free(worker);
    return 0;
}
