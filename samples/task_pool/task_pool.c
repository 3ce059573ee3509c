// A pool of threads runs what is put into its queue. All tasks add to one sum, and what they read is changed when some
// have been put already.
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
};

static int step = 3;
static long sum;

static void add(void* given) {
    struct part* part = given;
    long mine = 0;
    for (int i = 0; i < 1000; ++i) mine += (part->from + i) * (long)step;  // RACE
    sum += mine;                                                           // RACE
}

int main(void) {
    static struct part parts[kParts];
    pthread_t threads[kThreads];
    for (int i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < kParts; ++i) {
        parts[i].from = i * 1000;
        put(add, &parts[i]);
    }
    step = 5;  // RACE
    pthread_mutex_lock(&mutex);
    closed = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
    printf("%ld\n", sum);
    return 0;
}
