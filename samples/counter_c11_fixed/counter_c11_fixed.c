// C11 threads: requests and errors are counted under one mutex, errors only when there is one.
// Both counters belong to the same statistics and share their lock.
#include <stdio.h>
#include <threads.h>

enum { kThreads = 3, kRequests = 5000 };

static mtx_t stats_mu;
static int requests;
static int errors;

static int serve(void* arg) {
    int seed = *(int*)arg;
    for (int i = 0; i < kRequests; i++) {
        int failed = (i + seed) % 10 == 0;
        mtx_lock(&stats_mu);
        requests++;
        if (failed) {
            errors++;  // NO-RACE
        }
        mtx_unlock(&stats_mu);
    }
    return 0;
}

int main(void) {
    thrd_t threads[kThreads];
    int seeds[kThreads] = {1, 2, 3};
    mtx_init(&stats_mu, mtx_plain);
    for (int i = 0; i < kThreads; i++) {
        thrd_create(&threads[i], serve, &seeds[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        thrd_join(threads[i], NULL);
    }
    printf("%d requests, %d errors\n", requests, errors);
    mtx_destroy(&stats_mu);
    return 0;
}
