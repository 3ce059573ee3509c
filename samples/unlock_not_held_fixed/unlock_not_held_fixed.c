// Parts are taken from a stock; the lock is released in one place, and the message is printed after it.
// The optional lock shows the other correct shape: locked and unlocked under the same condition.
#include <pthread.h>
#include <stdio.h>

struct Stock {
    pthread_mutex_t mu;
    int parts;
};

static struct Stock stock = {PTHREAD_MUTEX_INITIALIZER, 100};

static int take(struct Stock* from, int wanted) {
    int taken = 0;
    pthread_mutex_lock(&from->mu);
    if (from->parts >= wanted) {
        from->parts -= wanted;
        taken = wanted;
    }
    pthread_mutex_unlock(&from->mu);  // NO-MISUSE
    if (taken == 0) {
        fprintf(stderr, "too few parts\n");
    }
    return taken;
}

static int parts_left(struct Stock* in, int threads_running) {
    if (threads_running) {
        pthread_mutex_lock(&in->mu);
    }
    int parts = in->parts;  // NO-RACE: unlocked only when no thread runs
    if (threads_running) {
        pthread_mutex_unlock(&in->mu);  // NO-MISUSE
    }
    return parts;
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
    printf("%d parts now\n", parts_left(&stock, 1));
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    printf("%d parts left\n", parts_left(&stock, 0));
    return 0;
}
