// The list moves when it grows, while another thread reads the place it was at.
// The fixed program lets nobody read while it moves.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static long* list;

static void* watch(void* arg) {
    (void)arg;
    printf("%ld\n", list[0]);  // RACE
    return NULL;
}

int main(void) {
    pthread_t watcher;
    list = calloc(4, sizeof *list);  // NO-RACE: there is no other thread yet
    pthread_create(&watcher, NULL, watch, NULL);
    list = realloc(list, 8 * sizeof *list);  // RACE
    pthread_join(watcher, NULL);
    free(list);
    return 0;
}
