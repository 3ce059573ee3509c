/* C11 threads, and plain C: no C++ library in the process. */
#include <stdio.h>
#include <threads.h>
#include <time.h>

static mtx_t mutex;
static cnd_t condition;
static int ready;

static int runs(void* argument) {
    (void)argument;
    mtx_lock(&mutex);
    ready = 1;
    cnd_signal(&condition);
    mtx_unlock(&mutex);
    return 17;
}

int main(void) {
    thrd_t thread;
    int value = 0;
    mtx_init(&mutex, mtx_plain);
    cnd_init(&condition);
    mtx_lock(&mutex);
    printf("%d", mtx_trylock(&mutex) == thrd_busy);
    thrd_create(&thread, runs, 0);
    thrd_sleep(&(struct timespec){0, 20000000}, 0);
    while (!ready) cnd_wait(&condition, &mutex);
    mtx_unlock(&mutex);
    thrd_join(thread, &value);
    printf(" %d\n", value);
    mtx_destroy(&mutex);
    cnd_destroy(&condition);
    return 0;
}
