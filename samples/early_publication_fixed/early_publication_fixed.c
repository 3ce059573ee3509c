// The same task, filled first and published last:
// who takes the lock and finds the pointer finds the fields too.
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
    task->first = first;  // NO-RACE: nobody knows the task yet
    task->count = count;  // NO-RACE
    pthread_mutex_lock(&mutex);
    current = task;
    pthread_mutex_unlock(&mutex);
}

static void* worker(void* unused) {
    for (int i = 0; i < 1000; ++i) {
        pthread_mutex_lock(&mutex);
        if (current) {
            printf("%d from %d\n", current->count, current->first);
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
