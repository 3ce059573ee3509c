// Parcels go through two queues, and belong to whoever has taken one out. The worker still notes on a parcel that it
// has already put into the other queue, whose reader may have freed it.
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

static struct queue weighed = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &weighed.head};
static struct queue priced = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &priced.head};

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

static void* setPrices(void* unused) {
    (void)unused;
    for (int i = 0; i < 100; ++i) {
        struct parcel* parcel = take(&weighed);
        parcel->price = parcel->weight * 3;
        put(&priced, parcel);
        parcel->price += 1;  // RACE
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
        struct parcel* parcel = take(&priced);
        sum += parcel->price;  // RACE
        free(parcel);
    }
    pthread_join(clerk, NULL);
    printf("%d\n", sum);
    return 0;
}
