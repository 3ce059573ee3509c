// Three ways to keep the question and the deed together:
// ask again after the slow part, reserve before it, or mark the table busy.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 2 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char* slots[SLOTS];
static int used;
static int reserved;
static int busy;

static int askAgain(void) {
    pthread_mutex_lock(&mutex);
    if (used == SLOTS) {
        pthread_mutex_unlock(&mutex);
        return -1;
    }
    pthread_mutex_unlock(&mutex);
    char* slot = malloc(64);
    pthread_mutex_lock(&mutex);
    int index = -1;
    if (slot && used < SLOTS) {
        index = used;
        slots[used++] = slot;  // NO-ATOMICITY: asked again under this hold
        slot = NULL;
    }
    pthread_mutex_unlock(&mutex);
    free(slot);
    return index;
}

static int reserveFirst(void) {
    pthread_mutex_lock(&mutex);
    if (used + reserved >= SLOTS) {
        pthread_mutex_unlock(&mutex);
        return -1;
    }
    reserved++;
    pthread_mutex_unlock(&mutex);
    char* slot = malloc(64);
    pthread_mutex_lock(&mutex);
    reserved--;
    int index = -1;
    if (slot) {
        index = used;
        slots[used++] = slot;  // NO-ATOMICITY: its place was kept
    }
    pthread_mutex_unlock(&mutex);
    return index;
}

static int oneAtATime(void) {
    pthread_mutex_lock(&mutex);
    if (busy) {
        pthread_mutex_unlock(&mutex);
        return -1;
    }
    busy = 1;
    pthread_mutex_unlock(&mutex);
    int written = printf("only one is here\n");
    pthread_mutex_lock(&mutex);
    busy = 0;  // NO-ATOMICITY: others saw it busy
    pthread_mutex_unlock(&mutex);
    return written;
}

static void* client(void* unused) {
    askAgain();
    reserveFirst();
    oneAtATime();
    return unused;
}

int main(void) {
    pthread_t clients[4];
    for (int i = 0; i < 4; ++i) pthread_create(&clients[i], NULL, client, NULL);
    for (int i = 0; i < 4; ++i) pthread_join(clients[i], NULL);
    printf("%d of %d used\n", used, SLOTS);
    return 0;
}
