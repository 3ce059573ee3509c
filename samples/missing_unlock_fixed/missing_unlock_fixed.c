// Lines are appended to a shared buffer; every path goes through the one unlock at the end.
// `goto out` is the C idiom for what a guard's destructor does in C++.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t buffer_mu = PTHREAD_MUTEX_INITIALIZER;
static char buffer[64];
static size_t used;

static int append(const char* line) {
    int result = -1;
    size_t length = strlen(line);
    pthread_mutex_lock(&buffer_mu);
    if (used + length > sizeof buffer) {
        goto out;
    }
    memcpy(buffer + used, line, length);
    used += length;
    result = 0;
out:
    pthread_mutex_unlock(&buffer_mu);
    return result;  // NO-MISUSE
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
