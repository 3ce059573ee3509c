// Parts are taken from a stock; when there are too few, the lock is released early and then once more at the end.
// Unlocking a mutex that is not held is undefined, and may free it under another thread's feet.
#include <pthread.h>
#include <stdio.h>

struct Stock {
    pthread_mutex_t mu;
    int parts;
};

static struct Stock stock = {PTHREAD_MUTEX_INITIALIZER, 100};

static int take(struct Stock* from, int wanted) {
    int taken = wanted;
    pthread_mutex_lock(&from->mu);
    if (from->parts < wanted) {
        pthread_mutex_unlock(&from->mu);
        fprintf(stderr, "too few parts\n");
        taken = 0;
    } else {
        from->parts -= wanted;
    }
    pthread_mutex_unlock(&from->mu);  // MISUSE
    return taken;
}

static void* assemble(void* unused) {
    (void)unused;
    for (int i = 0; i < 10; i++) {
        take(&stock, 4);
    }
    return NULL;
}

int main(void) {
    pthread_t first;
    pthread_t second;
    pthread_create(&first, NULL, assemble, NULL);
    pthread_create(&second, NULL, assemble, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    printf("%d parts left\n", stock.parts);
    return 0;
}
