// A worker's record is filled, and then the worker is started on it.
// Starting a thread orders all that came before it.
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
    for (int i = 0; i < worker->rounds; ++i) printf("%d: %d\n", worker->number, i);
    return NULL;
}

static struct worker* start(int number, int rounds) {
    struct worker* worker = calloc(1, sizeof *worker);
    if (!worker) exit(1);
    worker->number = number;
    worker->rounds = rounds;
    if (pthread_create(&worker->thread, NULL, run, worker) != 0) exit(1);
    return worker;
}

int main(void) {
    struct worker* worker = start(1, 3);
    pthread_join(worker->thread, NULL);
    free(worker);
    return 0;
}
