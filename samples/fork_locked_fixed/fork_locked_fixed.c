// The child runs another program at once, and touches no lock before.
// A fork before the first thread starts would do as well.
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t log_mu = PTHREAD_MUTEX_INITIALIZER;
static int lines;

static void log_line(const char* text) {
    pthread_mutex_lock(&log_mu);  // NO-DEADLOCK
    lines++;
    puts(text);
    pthread_mutex_unlock(&log_mu);
}

static void* serve(void* unused) {
    (void)unused;
    for (int i = 0; i < 10; i++) {
        log_line("served");
    }
    return NULL;
}

int main(void) {
    pthread_t server;
    pthread_create(&server, NULL, serve, NULL);
    pid_t child = fork();  // NO-DEADLOCK
    if (child == 0) {
        execlp("true", "true", (char*)NULL);
        _exit(127);
    }
    log_line("parent");
    waitpid(child, NULL, 0);
    pthread_join(server, NULL);
    return 0;
}
