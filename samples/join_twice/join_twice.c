// A thread is joined in its own branch and once more at the end.
// After the first join the handle may stand for another thread, or for none.
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
    pthread_join(first, NULL);  // MISUSE
    puts("first done");
    pthread_join(second, NULL);
    pthread_join(first, NULL);  // MISUSE
    return 0;
}
