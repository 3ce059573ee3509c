// A writer thread appends to a log through a descriptor; the main thread closes it when it has waited long enough.
// The writer may write after that, into whatever file got the same number meanwhile.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int log_fd;

static void* write_log(void* arg) {
    (void)arg;
    for (int i = 0; i < 100; i++) {
        if (write(log_fd, "line\n", 5) < 0) {  // RACE
            perror("write");
        }
    }
    return NULL;
}

int main(void) {
    log_fd = open("/dev/null", O_WRONLY);  // NO-RACE: before the thread is started
    pthread_t writer;
    pthread_create(&writer, NULL, write_log, NULL);
    usleep(1000);
    close(log_fd);  // RACE
    pthread_join(writer, NULL);
    return 0;
}
