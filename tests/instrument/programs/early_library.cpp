// A library whose constructor locks, and makes a thread that locks.
#include <pthread.h>

static pthread_mutex_t g_mutex = PTHREAD_MUTEX_INITIALIZER;

extern "C" void earlyLock() {
    pthread_mutex_lock(&g_mutex);
    pthread_mutex_unlock(&g_mutex);
}

__attribute__((constructor)) static void begin() {
    earlyLock();
    pthread_t thread;
    pthread_create(
        &thread, nullptr,
        [](void*) -> void* {
            earlyLock();
            return nullptr;
        },
        nullptr);
    pthread_join(thread, nullptr);
}

__attribute__((destructor)) static void end() {
    earlyLock();
}
