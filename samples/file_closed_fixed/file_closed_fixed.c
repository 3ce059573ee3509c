// The writer says through a pipe that it is done; what it wrote before, the reader may read after it has read.
// The descriptors are closed when nobody can use them any more.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int log_fd;
static int done[2];
static long lines;

static void* write_log(void* arg) {
    (void)arg;
    for (int i = 0; i < 100; i++) {
        if (write(log_fd, "line\n", 5) == 5) {
            lines++;  // NO-RACE: sent before, read after
        }
    }
    if (write(done[1], "x", 1) != 1) {
        perror("write");
    }
    return NULL;
}

int main(void) {
    log_fd = open("/dev/null", O_WRONLY);
    if (log_fd < 0 || pipe(done) != 0) {
        return 1;
    }
    pthread_t writer;
    pthread_create(&writer, NULL, write_log, NULL);
    char byte;
    if (read(done[0], &byte, 1) == 1) {
        printf("%ld lines\n", lines);  // NO-RACE: sent before, read after
    }
    pthread_join(writer, NULL);
    close(log_fd);
    close(done[0]);
    close(done[1]);
    return 0;
}
