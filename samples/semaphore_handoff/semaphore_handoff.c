// Two threads take turns over one message with two semaphores: `empty` and `full`.
// A post hands the message over together with everything written before it; no mutex is needed.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { kMessages = 100 };

static sem_t empty;
static sem_t full;
static int message;

static void* send(void* unused) {
    (void)unused;
    for (int i = 1; i <= kMessages; i++) {
        sem_wait(&empty);
        message = i;  // NO-RACE: the receiver waits for `full`
        sem_post(&full);
    }
    return NULL;
}

static void* receive(void* arg) {
    long* sum = arg;
    for (int i = 1; i <= kMessages; i++) {
        sem_wait(&full);
        *sum += message;  // NO-RACE: the sender waits for `empty`
        sem_post(&empty);
    }
    return NULL;
}

int main(void) {
    pthread_t sender;
    pthread_t receiver;
    long sum = 0;
    sem_init(&empty, 0, 1);
    sem_init(&full, 0, 0);
    pthread_create(&sender, NULL, send, NULL);
    pthread_create(&receiver, NULL, receive, &sum);
    pthread_join(sender, NULL);
    pthread_join(receiver, NULL);
    printf("sum %ld\n", sum);
    sem_destroy(&empty);
    sem_destroy(&full);
    return 0;
}
