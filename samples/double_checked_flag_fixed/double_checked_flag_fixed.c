// The flag is atomic: set with release and read with acquire order, it brings the table along.
// The second check, under the lock, is still needed.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int built;
static int table[256];

static void build(void) {
    pthread_mutex_lock(&mutex);
    if (!atomic_load_explicit(&built, memory_order_relaxed)) {  // NO-ATOMICITY
        for (int i = 0; i < 256; ++i) table[i] = i * i;         // NO-RACE
        atomic_store_explicit(&built, 1, memory_order_release);
    }
    pthread_mutex_unlock(&mutex);
}

static void* client(void* sum) {
    if (!atomic_load_explicit(&built, memory_order_acquire)) build();  // NO-ATOMICITY: decided again under the lock
    *(int*)sum += table[200];                                          // NO-RACE: ordered by the flag or the lock
    return sum;
}

int main(void) {
    pthread_t clients[2];
    int sums[2] = {0, 0};
    for (int i = 0; i < 2; ++i) pthread_create(&clients[i], NULL, client, &sums[i]);
    for (int i = 0; i < 2; ++i) pthread_join(clients[i], NULL);
    printf("%d\n", sums[0] + sums[1]);
    return 0;
}
