// The same counter, read atomically while threads run.
// After they are joined, a plain read is as good.
#include <pthread.h>
#include <stdio.h>

static long hits;

static void* client(void* unused) {
    for (int i = 0; i < 1000; ++i) __atomic_fetch_add(&hits, 1, __ATOMIC_RELAXED);  // NO-RACE
    return unused;
}

int main(void) {
    pthread_t clients[2];
    for (int i = 0; i < 2; ++i) pthread_create(&clients[i], NULL, client, NULL);
    printf("%ld hits so far\n", __atomic_load_n(&hits, __ATOMIC_RELAXED));
    for (int i = 0; i < 2; ++i) pthread_join(clients[i], NULL);
    printf("%ld hits\n", hits);  // NO-RACE: after the joins
    return 0;
}
