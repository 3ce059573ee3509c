// Settings behind a pthread reader/writer lock: getters share it, the setter has it alone.
// Two getters never change anything, so nothing else is needed between them.
#include <pthread.h>
#include <stdio.h>

enum { kRounds = 1000 };

struct Settings {
    pthread_rwlock_t lock;
    int brightness;
};

static struct Settings settings = {PTHREAD_RWLOCK_INITIALIZER, 50};

static int get_brightness(struct Settings* s) {
    pthread_rwlock_rdlock(&s->lock);
    int value = s->brightness;  // NO-RACE
    pthread_rwlock_unlock(&s->lock);
    return value;
}

static void set_brightness(struct Settings* s, int value) {
    pthread_rwlock_wrlock(&s->lock);
    s->brightness = value;  // NO-RACE
    pthread_rwlock_unlock(&s->lock);
}

static void* dim(void* unused) {
    (void)unused;
    for (int i = 0; i < kRounds; i++) {
        set_brightness(&settings, i % 100);
    }
    return NULL;
}

static void* draw(void* unused) {
    (void)unused;
    long sum = 0;
    for (int i = 0; i < kRounds; i++) {
        sum += get_brightness(&settings);
    }
    printf("average brightness %ld\n", sum / kRounds);
    return NULL;
}

int main(void) {
    pthread_t dimmer;
    pthread_t drawer;
    pthread_create(&dimmer, NULL, dim, NULL);
    pthread_create(&drawer, NULL, draw, NULL);
    pthread_join(dimmer, NULL);
    pthread_join(drawer, NULL);
    pthread_rwlock_destroy(&settings.lock);
    return 0;
}
