// The main thread frees the job as soon as it has started the thread that works on it.
// The fixed program waits for the thread first.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
    int input;
    long result;
};

static void* work(void* arg) {
    struct job* job = arg;
    for (int i = 1; i <= 1000; i++) {
        job->result += (long)i * job->input;  // RACE
    }
    return NULL;
}

int main(void) {
    pthread_t worker;
    struct job* job = malloc(sizeof *job);
    if (!job) {
        return 1;
    }
    job->input = 3;  // NO-RACE: nobody else knows the job yet
    job->result = 0;
    pthread_create(&worker, NULL, work, job);
    free(job);  // RACE
    pthread_join(worker, NULL);
    puts("done");
    return 0;
}
