// Each thread is joined once; a handle that is used for a second thread is joined once more.
// Every join has a thread of its own.
#include <pthread.h>
#include <stdio.h>

static void* work(void* arg) {
    return arg;
}

int main(void) {
    pthread_t first;
    pthread_t second;
    pthread_create(&first, NULL, work, NULL);
    pthread_create(&second, NULL, work, NULL);
    pthread_join(first, NULL);
    puts("first done");
    pthread_join(second, NULL);
    pthread_create(&first, NULL, work, NULL);
    pthread_join(first, NULL);  // NO-MISUSE: another thread
    return 0;
}
