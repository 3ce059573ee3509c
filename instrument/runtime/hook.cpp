#include "instrument/runtime/hook.h"

#include <string.h>

namespace raddle::rt {

void* lookUp(const char* name, void** store) {
    void* found = nullptr;
#if defined(__x86_64__)
    // Condition variables have an old binary interface that an unversioned lookup may return.
    if (strncmp(name, "pthread_cond_", 13) == 0) found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
#endif
    if (!found) found = dlsym(RTLD_NEXT, name);
    __atomic_store_n(store, found, __ATOMIC_RELAXED);
    return found;
}

}  // namespace raddle::rt
