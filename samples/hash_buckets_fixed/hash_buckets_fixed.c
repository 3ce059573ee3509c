// A table of lists with one lock a bucket: whoever
// walks a list holds the lock with the list's number.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { kBuckets = 8, kKeys = 64 };

struct entry {
    struct entry* next;
    int key;
    int hits;
};

static pthread_mutex_t locks[kBuckets];
static struct entry* heads[kBuckets];

static void* look_up(void* unused) {
    (void)unused;
    for (int key = 0; key < kKeys; key++) {
        int bucket = key % kBuckets;
        pthread_mutex_lock(&locks[bucket]);
        for (struct entry* e = heads[bucket]; e; e = e->next) {
            if (e->key == key) {
                e->hits++;  // NO-RACE: an entry is in one list, and the list's lock is held
            }
        }
        pthread_mutex_unlock(&locks[bucket]);
    }
    return NULL;
}

static void* sweep(void* unused) {
    (void)unused;
    for (int bucket = 0; bucket < kBuckets; bucket++) {
        pthread_mutex_lock(&locks[bucket]);
        for (struct entry* e = heads[bucket]; e; e = e->next) {
            e->hits = 0;  // NO-RACE: the same
        }
        pthread_mutex_unlock(&locks[bucket]);
    }
    return NULL;
}

int main(void) {
    pthread_t reader;
    pthread_t sweeper;
    for (int i = 0; i < kBuckets; i++) {
        pthread_mutex_init(&locks[i], NULL);
    }
    for (int key = 0; key < kKeys; key++) {
        struct entry* e = calloc(1, sizeof *e);
        if (!e) {
            return 1;
        }
        e->key = key;
        e->next = heads[key % kBuckets];
        heads[key % kBuckets] = e;
    }
    pthread_create(&reader, NULL, look_up, NULL);
    pthread_create(&sweeper, NULL, sweep, NULL);
    pthread_join(reader, NULL);
    pthread_join(sweeper, NULL);
    puts("done");
    return 0;
}
