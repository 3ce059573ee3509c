// A pool that starts another worker when there is work for one, and counts them: each has the element of its number
// and counts its work there.
#include <pthread.h>
#include <stdio.h>

enum { kMost = 4 };

struct worker {
    pthread_t id;
    long done;
};

struct pool {
    struct worker workers[kMost];
    int started;
};

static struct pool pool;

static void* work(void* arg) {
    struct worker* worker = arg;
    for (int i = 0; i < 1000; i++) {
        worker->done++;  // NO-RACE: each worker's own
    }
    return NULL;
}

static int grow(struct pool* p) {
    struct worker* worker = &p->workers[p->started];
    worker->done = 0;  // NO-RACE: before it is started
    int error = pthread_create(&worker->id, NULL, work, worker);
    if (error == 0) {
        p->started++;
    }
    return error;
}

int main(void) {
    while (pool.started < kMost) {
        if (grow(&pool) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < pool.started; i++) {
        pthread_join(pool.workers[i].id, NULL);
    }
    printf("%d workers\n", pool.started);
    return 0;
}
