// A thread library of the program's own: what a thread runs stands in its record, and helpers start and join it. Each
// thread of a table works on its own slot, which is read when the helper has joined them all.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { kThreads = 4 };

struct thread {
    void (*routine)(void*);
    void* argument;
    pthread_t id;
};

struct slot {
    long count;
};

struct task {
    struct thread thread;
    struct slot* slot;
};

static struct task tasks[kThreads];
static struct slot slots[kThreads];

static void* run(void* arg) {
    struct thread* self = arg;
    self->routine(self->argument);
    return NULL;
}

static void start(struct thread* self, void (*routine)(void*), void* argument) {
    self->routine = routine;
    self->argument = argument;
    if (pthread_create(&self->id, NULL, run, self) != 0) {
        abort();
    }
}

static void finish(struct thread* self) {
    pthread_join(self->id, NULL);
}

static void count(void* arg) {
    struct task* task = arg;
    for (int i = 0; i < 1000; i++) {
        task->slot->count++;
    }
}

int main(void) {
    for (int i = 0; i < kThreads; i++) {
        tasks[i].slot = &slots[i];
        start(&tasks[i].thread, count, &tasks[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        finish(&tasks[i].thread);
    }
    long sum = 0;
    for (int i = 0; i < kThreads; i++) {
        sum += slots[i].count;
    }
    printf("%ld\n", sum);
    return 0;
}
