// A semaphore that lets in two threads at once bounds how many use the printer;
// it does not keep those two apart, so the pages they count get lost.
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
        printed++;  // RACE
        sem_post(&slots);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    sem_init(&slots, 0, 2);
    for (int i = 0; i < kThreads; i++) pthread_create(&threads[i], NULL, print_pages, NULL);
    for (int i = 0; i < kThreads; i++) pthread_join(threads[i], NULL);
    printf("%d pages\n", printed);  // NO-RACE: every thread has been joined
    sem_destroy(&slots);
    return 0;
}
