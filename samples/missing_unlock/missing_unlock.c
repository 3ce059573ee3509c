// Lines are appended to a shared buffer; the path for a full buffer returns with the lock held.
// The first line that does not fit stops every later writer for good.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t buffer_mu = PTHREAD_MUTEX_INITIALIZER;
static char buffer[64];
static size_t used;

static int append(const char* line) {
    size_t length = strlen(line);
    pthread_mutex_lock(&buffer_mu);  // MISUSE
    if (used + length > sizeof buffer) {
        return -1;  // MISUSE
    }
    memcpy(buffer + used, line, length);
    used += length;
    pthread_mutex_unlock(&buffer_mu);
    return 0;
}

static void* write_line(void* arg) {
    const char* line = arg;
    if (append(line) != 0) {
        fprintf(stderr, "buffer full\n");
    }
    return NULL;
}

int main(void) {
    static char hello[] = "hello\n";
    static char world[] = "world\n";
    pthread_t first;
    pthread_t second;
    pthread_create(&first, NULL, write_line, hello);
    pthread_create(&second, NULL, write_line, world);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    printf("%.*s", (int)used, buffer);
    return 0;
}
