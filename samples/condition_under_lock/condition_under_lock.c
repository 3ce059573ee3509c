// A logger waits for room in its buffer holding the settings lock as well.
// The thread that makes room reads the settings: it waits for that lock.
// settings.
#include <pthread.h>
#include <stdio.h>

enum { kRoom = 2, kLines = 50 };

static pthread_mutex_t settings_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t buffer_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static int verbose = 1;
static int used;

static void* write_lines(void* unused) {
    (void)unused;
    for (int i = 0; i < kLines; i++) {
        pthread_mutex_lock(&buffer_mu);
        while (used == 0) {
            pthread_cond_wait(&more, &buffer_mu);
        }
        pthread_mutex_unlock(&buffer_mu);
        pthread_mutex_lock(&settings_mu);  // DEADLOCK
        if (verbose) {
            printf("line %d\n", i);
        }
        pthread_mutex_unlock(&settings_mu);
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
        pthread_mutex_lock(&settings_mu);
        if (verbose) {
            pthread_mutex_lock(&buffer_mu);
            while (used == kRoom) {
                pthread_cond_wait(&room, &buffer_mu);  // DEADLOCK
            }
            used++;
            pthread_cond_signal(&more);
            pthread_mutex_unlock(&buffer_mu);
        }
        pthread_mutex_unlock(&settings_mu);
    }
    pthread_join(writer, NULL);
    return 0;
}
