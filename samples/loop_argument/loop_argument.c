// Every new thread gets the address of the loop variable as its number.
// By the time a thread reads its number, the loop has moved on: numbers come twice or not at all.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 4 };

static void* greet(void* arg) {
    int number = *(int*)arg;  // RACE
    printf("hello from thread %d\n", number);
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    int next;
    for (next = 0; next < kThreads; next++) {  // RACE
        pthread_create(&threads[next], NULL, greet, &next);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d threads greeted\n", next);  // NO-RACE: nobody writes it any more
    return 0;
}
