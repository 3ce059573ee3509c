// Two threads that take two locks in opposite order, surely at once; SIGALRM ends it.
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t left_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t right_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t bothHold;

__attribute__((noinline)) static void takeBoth(pthread_mutex_t* first, pthread_mutex_t* second) {
    pthread_mutex_lock(first);
    pthread_barrier_wait(&bothHold);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void* rightFirst(void*) {
    takeBoth(&right_mu, &left_mu);
    return nullptr;
}

int main() {
    alarm(1);
    pthread_barrier_init(&bothHold, nullptr, 2);
    pthread_t thread;
    pthread_create(&thread, nullptr, rightFirst, nullptr);
    takeBoth(&left_mu, &right_mu);
    pthread_join(thread, nullptr);
}
