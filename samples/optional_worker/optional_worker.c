// A worker thread that runs only when asked for: it is started and joined under one condition, so that nothing that
// comes after meets it. The second one is joined under another condition than it is started under.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int useWorker;
static int result;
static int progress;

static void* work(void* unused) {
    (void)unused;
    result = 42;  // NO-RACE: started and joined under the same condition
    return NULL;
}

static void* report(void* unused) {
    (void)unused;
    progress = 1;  // RACE
    return NULL;
}

int main(int argc, char** argv) {
    pthread_t worker;
    pthread_t reporter;
    if (argc > 1) useWorker = atoi(argv[1]);
    if (useWorker) pthread_create(&worker, NULL, work, NULL);
    printf("working\n");
    if (useWorker) pthread_join(worker, NULL);
    printf("result %d\n", result);  // NO-RACE: joined when it was started

    const int started = pthread_create(&reporter, NULL, report, NULL);
    if (started != 0) {
        printf("no reporter, progress %d\n", progress);  // NO-RACE: it was not started
        return 1;
    }
    if (argc > 2) pthread_join(reporter, NULL);
    printf("progress %d\n", progress);  // RACE
    if (argc <= 2) pthread_join(reporter, NULL);
    return 0;
}
