// A pool that starts another worker when there is work for one, but does not count them: all get the first element
// and count their work in it.
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
        worker->done++;  // RACE
    }
    return NULL;
}

static int grow(struct pool* p) {
    struct worker* worker = &p->workers[p->started];
    return pthread_create(&worker->id, NULL, work, worker);
}

int main(void) {
    if (grow(&pool) != 0 || grow(&pool) != 0) {
        return 1;
    }
    pthread_join(pool.workers[0].id, NULL);
    printf("started\n");
    return 0;
}
