// A pool of threads runs what is put into its queue. Each task has a part of the work for itself, what all of them
// read is set before the first is put, and the results are read when the threads have ended: no lock is needed.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { kThreads = 3, kParts = 12 };

struct task {
    void (*run)(void*);
    void* part;
    struct task* next;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct task* tasks;
static int closed;

static void put(void (*run)(void*), void* part) {
    struct task* task = malloc(sizeof *task);
    if (!task) exit(1);
    task->run = run;
    task->part = part;
    pthread_mutex_lock(&mutex);
    task->next = tasks;
    tasks = task;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
}

static void* work(void* unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (!tasks && !closed) pthread_cond_wait(&changed, &mutex);
        struct task* task = tasks;
        if (task) tasks = task->next;
        pthread_mutex_unlock(&mutex);
        if (!task) return NULL;
        task->run(task->part);
        free(task);
    }
}

struct part {
    int from;
    long sum;
};

static int step;

static void add(void* given) {
    struct part* part = given;
    for (int i = 0; i < 1000; ++i) part->sum += (part->from + i) * (long)step;
}

int main(void) {
    static struct part parts[kParts];
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, NULL);
    step = 3;
    for (int i = 0; i < kParts; ++i) {
        parts[i].from = i * 1000;
        put(add, &parts[i]);
    }
    pthread_mutex_lock(&mutex);
    closed = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
    long sum = 0;
    for (int i = 0; i < kParts; ++i) sum += parts[i].sum;
    printf("%ld\n", sum);
    return 0;
}
