// The last worker writes the report: the count of workers is decreased, and then looked at.
// Two workers that both decrease it before either looks both see none left, and report twice.
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
    atomic_fetch_sub(&working, 1);   // ATOMICITY
    if (atomic_load(&working) == 0)  // ATOMICITY
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
