// Double-checked locking with a flag: the table is built once, by whoever finds the flag clear under the lock.
// Who sees the flag set without the lock need not see the table.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile int built;
static int table[256];

static void build(void) {
    pthread_mutex_lock(&mutex);
    if (!built) {
        for (int i = 0; i < 256; ++i) table[i] = i * i;  // RACE
        built = 1;                                       // RACE
    }
    pthread_mutex_unlock(&mutex);
}

static void* client(void* sum) {
    if (!built) build();       // RACE
    *(int*)sum += table[200];  // RACE
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
