// Parcels go through two queues, and belong to whoever has taken one out: nobody needs a lock to change its own. One
// queue is a list, the other a ring.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct parcel {
    int weight;
    int price;
    struct parcel* next;
};

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct parcel* head;
    struct parcel** end;
};

struct ring {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct parcel* slots[8];
    int first, count;
};

static struct queue weighed = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &weighed.head};
static struct ring priced = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, {NULL}, 0, 0};

static void put(struct queue* queue, struct parcel* parcel) {
    parcel->next = NULL;
    pthread_mutex_lock(&queue->mutex);
    *queue->end = parcel;
    queue->end = &parcel->next;
    pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}

static struct parcel* take(struct queue* queue) {
    pthread_mutex_lock(&queue->mutex);
    while (!queue->head) pthread_cond_wait(&queue->filled, &queue->mutex);
    struct parcel* parcel = queue->head;
    queue->head = parcel->next;
    if (!queue->head) queue->end = &queue->head;
    pthread_mutex_unlock(&queue->mutex);
    return parcel;
}

static void putInRing(struct ring* ring, struct parcel* parcel) {
    pthread_mutex_lock(&ring->mutex);
    while (ring->count == 8) pthread_cond_wait(&ring->changed, &ring->mutex);
    ring->slots[(ring->first + ring->count) % 8] = parcel;
    ring->count++;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->mutex);
}

static struct parcel* takeFromRing(struct ring* ring) {
    pthread_mutex_lock(&ring->mutex);
    while (ring->count == 0) pthread_cond_wait(&ring->changed, &ring->mutex);
    struct parcel* parcel = ring->slots[ring->first];
    ring->first = (ring->first + 1) % 8;
    ring->count--;
    pthread_cond_broadcast(&ring->changed);
    pthread_mutex_unlock(&ring->mutex);
    return parcel;
}

static void* setPrices(void* unused) {
    (void)unused;
    for (int i = 0; i < 100; ++i) {
        struct parcel* parcel = take(&weighed);
        parcel->price = parcel->weight * 3 + 1;
        putInRing(&priced, parcel);
    }
    return NULL;
}

int main(void) {
    pthread_t clerk;
    pthread_create(&clerk, NULL, setPrices, NULL);
    for (int i = 0; i < 100; ++i) {
        struct parcel* parcel = malloc(sizeof *parcel);
        if (!parcel) return 1;
        parcel->weight = i;
        put(&weighed, parcel);
    }
    int sum = 0;
    for (int i = 0; i < 100; ++i) {
        struct parcel* parcel = takeFromRing(&priced);
        sum += parcel->price;
        free(parcel);
    }
    pthread_join(clerk, NULL);
    printf("%d\n", sum);
    return 0;
}
