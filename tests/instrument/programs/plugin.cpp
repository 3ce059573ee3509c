// A library that is loaded and unloaded at run time.
#include <pthread.h>

extern "C" void pluginLocks() {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
}
