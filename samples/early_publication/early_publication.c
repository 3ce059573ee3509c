// A task is put where the worker finds it, and filled afterwards.
// The lock guards the pointer; the fields are written while the worker may already read them.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct task {
    int first;
    int count;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct task* current;

static void submit(int first, int count) {
    struct task* task = malloc(sizeof *task);
    if (!task) exit(1);
    pthread_mutex_lock(&mutex);
    current = task;
    pthread_mutex_unlock(&mutex);
    task->first = first;  // RACE
    task->count = count;  // RACE
}

static void* worker(void* unused) {
    for (int i = 0; i < 1000; ++i) {
        pthread_mutex_lock(&mutex);
        if (current) {
            printf("%d from %d\n", current->count, current->first);  // RACE
            i = 1000;
        }
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    submit(1, 10);
    pthread_join(thread, NULL);
    return 0;
}
