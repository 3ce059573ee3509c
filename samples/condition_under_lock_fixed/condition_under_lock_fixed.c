// A logger asks for the settings first and then waits for room in its buffer.
// It waits with the lock of the buffer alone, which the wait lets go.
#include <pthread.h>
#include <stdio.h>

enum { kRoom = 2, kLines = 50 };

static pthread_mutex_t settings_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t buffer_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static int verbose = 1;
static int used;

static int is_verbose(void) {
    pthread_mutex_lock(&settings_mu);  // NO-DEADLOCK
    int result = verbose;
    pthread_mutex_unlock(&settings_mu);
    return result;
}

static void* write_lines(void* unused) {
    (void)unused;
    for (int i = 0; i < kLines; i++) {
        pthread_mutex_lock(&buffer_mu);
        while (used == 0) {
            pthread_cond_wait(&more, &buffer_mu);
        }
        pthread_mutex_unlock(&buffer_mu);
        if (is_verbose()) {
            printf("line %d\n", i);
        }
        pthread_mutex_lock(&buffer_mu);
        used--;
        pthread_cond_signal(&room);
        pthread_mutex_unlock(&buffer_mu);
    }
    return NULL;
}

int main(void) {
    pthread_t writer;
    pthread_create(&writer, NULL, write_lines, NULL);
    for (int i = 0; i < kLines; i++) {
        pthread_mutex_lock(&buffer_mu);
        while (used == kRoom) {
            pthread_cond_wait(&room, &buffer_mu);  // NO-DEADLOCK
        }
        used++;
        pthread_cond_signal(&more);
        pthread_mutex_unlock(&buffer_mu);
    }
    pthread_join(writer, NULL);
    return 0;
}
