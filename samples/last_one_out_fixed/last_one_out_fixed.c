// The last worker writes the report: who finds that one was left when it took itself away.
// The step tells what it found, so exactly one of the workers is the last.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int working = 2;
static atomic_long total;

static void report(void) {
    printf("total %ld\n", atomic_load(&total));
}

static void* work(void* unused) {
    atomic_fetch_add(&total, 21);
    if (atomic_fetch_sub(&working, 1) == 1)  // NO-ATOMICITY: one step
        report();
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, work, NULL);
    pthread_create(&b, NULL, work, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
