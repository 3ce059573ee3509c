// The least that recording by interposition can cost: calls what it stands before, and does nothing else.
#include <dlfcn.h>

#define INTERPOSE(name)                                                               \
    extern "C" int name(void* object) {                                               \
        static auto real = reinterpret_cast<int (*)(void*)>(dlsym(RTLD_NEXT, #name)); \
        return real(object);                                                          \
    }

INTERPOSE(pthread_mutex_lock)
INTERPOSE(pthread_mutex_unlock)
INTERPOSE(pthread_rwlock_rdlock)
INTERPOSE(pthread_rwlock_unlock)
INTERPOSE(sem_post)
INTERPOSE(sem_wait)
