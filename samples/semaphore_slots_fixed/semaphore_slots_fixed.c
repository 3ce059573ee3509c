// A semaphore that starts at 1 lets in one thread at a time, and who takes it gives it back:
// it serves as a mutex.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { kThreads = 4, kPages = 100 };

static sem_t slots;
static int printed;

static void* print_pages(void* unused) {
    (void)unused;
    for (int i = 0; i < kPages; i++) {
        sem_wait(&slots);
        printed++;  // NO-RACE: one thread at a time
        sem_post(&slots);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    sem_init(&slots, 0, 1);
    for (int i = 0; i < kThreads; i++) pthread_create(&threads[i], NULL, print_pages, NULL);
    for (int i = 0; i < kThreads; i++) pthread_join(threads[i], NULL);
    printf("%d pages\n", printed);  // NO-RACE: every thread has been joined
    sem_destroy(&slots);
    return 0;
}
