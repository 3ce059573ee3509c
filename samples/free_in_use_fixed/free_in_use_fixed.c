// Jobs are freed when nobody works on them any more: one by its starter after the join, one by the last of the two
// that hold it.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
    atomic_int holders;
    int input;
    long result;
};

static void drop(struct job* job) {
    if (atomic_fetch_sub(&job->holders, 1) == 1) {
        free(job);  // NO-RACE: the other holder has let go of it
    }
}

static void* work(void* arg) {
    struct job* job = arg;
    for (int i = 1; i <= 1000; i++) {
        job->result += (long)i * job->input;
    }
    return NULL;
}

static void* work_and_drop(void* arg) {
    work(arg);
    drop(arg);
    return NULL;
}

int main(void) {
    pthread_t first;
    pthread_t second;
    struct job* joined = calloc(1, sizeof *joined);
    struct job* counted = calloc(1, sizeof *counted);
    if (!joined || !counted) {
        return 1;
    }
    joined->input = 3;
    counted->input = 4;
    atomic_init(&joined->holders, 1);
    atomic_init(&counted->holders, 2);
    pthread_create(&first, NULL, work, joined);
    pthread_create(&second, NULL, work_and_drop, counted);
    drop(counted);
    pthread_join(first, NULL);
    printf("%ld\n", joined->result);
    free(joined);  // NO-RACE: after the join
    pthread_join(second, NULL);
    return 0;
}
