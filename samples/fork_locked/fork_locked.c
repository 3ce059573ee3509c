// A server logs under a lock from several threads and forks a child that logs, too.
// When the fork happens while another thread logs, the child's copy of the lock stays held for ever.
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t log_mu = PTHREAD_MUTEX_INITIALIZER;
static int lines;

static void log_line(const char* text) {
    pthread_mutex_lock(&log_mu);  // DEADLOCK
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
    pid_t child = fork();  // DEADLOCK
    if (child == 0) {
        log_line("child");
        _exit(0);
    }
    waitpid(child, NULL, 0);
    pthread_join(server, NULL);
    return 0;
}
