// A bounded buffer: the producer takes the lock and then waits for a free slot.
// The consumer needs the lock to free one.
// one.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { kSlots = 4, kItems = 100 };

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static sem_t free_slots;
static sem_t filled_slots;
static int slots[kSlots];
static int first;
static int count;

static void* produce(void* unused) {
    (void)unused;
    for (int i = 0; i < kItems; i++) {
        pthread_mutex_lock(&mu);
        sem_wait(&free_slots);  // DEADLOCK
        slots[(first + count) % kSlots] = i;
        count++;
        pthread_mutex_unlock(&mu);
        sem_post(&filled_slots);
    }
    return NULL;
}

static void* consume(void* unused) {
    long sum = 0;
    (void)unused;
    for (int i = 0; i < kItems; i++) {
        sem_wait(&filled_slots);
        pthread_mutex_lock(&mu);  // DEADLOCK
        sum += slots[first];
        first = (first + 1) % kSlots;
        count--;
        pthread_mutex_unlock(&mu);
        sem_post(&free_slots);
    }
    printf("%ld\n", sum);
    return NULL;
}

int main(void) {
    pthread_t producer;
    pthread_t consumer;
    sem_init(&free_slots, 0, kSlots);
    sem_init(&filled_slots, 0, 0);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    return 0;
}
