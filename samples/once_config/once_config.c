// Settings are loaded by whichever thread needs them first, through pthread_once.
// Every caller returns only after the loading has ended, so all may read without a lock.
#include <pthread.h>
#include <stdio.h>

enum { kThreads = 3 };

struct Config {
    int port;
    int backlog;
};

static pthread_once_t config_once = PTHREAD_ONCE_INIT;
static struct Config config;

static void load_config(void) {
    config.port = 8080;  // NO-RACE: runs once, before any reader
    config.backlog = 16;
}

static const struct Config* get_config(void) {
    pthread_once(&config_once, load_config);
    return &config;
}

static void* listen_on(void* arg) {
    int offset = *(int*)arg;
    int port = get_config()->port + offset;  // NO-RACE: after pthread_once
    printf("port %d, backlog %d\n", port, get_config()->backlog);
    return NULL;
}

int main(void) {
    pthread_t threads[kThreads];
    int offsets[kThreads] = {0, 1, 2};
    for (int i = 0; i < kThreads; i++) {
        pthread_create(&threads[i], NULL, listen_on, &offsets[i]);
    }
    for (int i = 0; i < kThreads; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
