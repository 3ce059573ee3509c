// A table with a fixed number of slots. Whether there is room is asked under the lock, in a function of its own; the
// slot is made without it, which takes a while; then it is taken under the lock, whether there still is room or not.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 2 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char* slots[SLOTS];
static int used;
static int refused;

static int full(void) {
    int error = 0;
    pthread_mutex_lock(&mutex);
    if (used == SLOTS) error = 1;  // ATOMICITY
    pthread_mutex_unlock(&mutex);
    return error;
}

static int reserve(void) {
    if (full()) return -1;  // ATOMICITY
    char* slot = malloc(64);
    if (!slot) return -1;
    pthread_mutex_lock(&mutex);
    int index = used;
    slots[index % SLOTS] = slot;
    used++;  // ATOMICITY
    pthread_mutex_unlock(&mutex);
    return index;
}

static void* client(void* unused) {
    if (reserve() < 0) {
        pthread_mutex_lock(&mutex);
        refused++;  // NO-ATOMICITY: counts, whatever was read before
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int main(void) {
    pthread_t clients[4];
    for (int i = 0; i < 4; ++i) pthread_create(&clients[i], NULL, client, NULL);
    for (int i = 0; i < 4; ++i) pthread_join(clients[i], NULL);
    printf("%d of %d used, %d refused\n", used, SLOTS, refused);
    return 0;
}
