// The list is read and moved under one lock, so that nobody reads the place
// it was at.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static long* list;

static void* watch(void* arg) {
    (void)arg;
    pthread_mutex_lock(&mu);
    printf("%ld\n", list[0]);  // NO-RACE
    pthread_mutex_unlock(&mu);
    return NULL;
}

int main(void) {
    pthread_t watcher;
    list = calloc(4, sizeof *list);
    pthread_create(&watcher, NULL, watch, NULL);
    pthread_mutex_lock(&mu);
    list = realloc(list, 8 * sizeof *list);  // NO-RACE
    pthread_mutex_unlock(&mu);
    pthread_join(watcher, NULL);
    free(list);
    return 0;
}
