// Every new thread gets the address of an element of its own as its number.
// The elements are written before the thread starts and live until after the joins.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4 };

static void* greet(void* arg) {
    int number = *(int*)arg;  // NO-RACE: written before this thread was started
    printf("hello from thread %d\n", number);
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    int numbers[kThreads];
    for (int i = 0; i < kThreads; i++) {
        numbers[i] = i;  // NO-RACE: no running thread reads this element
        pthread_create(&threads[i], NULL, greet, &numbers[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d threads greeted\n", kThreads);
    return 0;
}
