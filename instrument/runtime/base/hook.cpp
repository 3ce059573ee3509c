#include "instrument/runtime/base/hook.h"

#include <string.h>

#include "instrument/runtime/base/elf_symbols.h"
#include "instrument/runtime/base/plain_mutex.h"
#include "instrument/runtime/base/waiters.h"

namespace raddle::rt {

void* g_real[static_cast<uint32_t>(Real::count)];
uint32_t g_waiters[kWaiterCounters];

namespace {

#define RADDLE_REAL_NAME(name) #name,
const char* const kNames[] = {RADDLE_REALS(RADDLE_REAL_NAME)};
#undef RADDLE_REAL_NAME

}  // namespace

void* lookUp(Real real) {
    const char* name = kNames[static_cast<uint32_t>(real)];
    void* found = dlsym(RTLD_NEXT, name);
#if defined(__x86_64__)
    // Condition variables have an old binary interface that an unversioned lookup may return; but what another
    // interposing library (a sanitizer's) defines comes before the C library's.
    // What came later has no such version, and a lookup that fails allocates, perhaps in an allocator that called us.
    if (found && strncmp(name, "pthread_cond_", 13) == 0 && strcmp(name, "pthread_cond_clockwait") != 0) {
        void* versioned = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
        Dl_info next = {};
        Dl_info library = {};
        if (versioned && dladdr(found, &next) && dladdr(versioned, &library) && next.dli_fbase == library.dli_fbase)
            found = versioned;
    }
#endif
    __atomic_store_n(&g_real[static_cast<uint32_t>(real)], found, __ATOMIC_RELAXED);
    return found;
}

void lookUpAll() {
    // A lookup that fails allocates, perhaps in an allocator that called us: what no module has is not looked up.
    void* exported[static_cast<uint32_t>(Real::count)];
    findExported(kNames, exported, static_cast<uint32_t>(Real::count));
    for (uint32_t i = 0; i < static_cast<uint32_t>(Real::count); ++i)
        // OpenMP's may be in a library that is not for all to see: they are found when called.
        if (exported[i] && !__atomic_load_n(&g_real[i], __ATOMIC_RELAXED) && strncmp(kNames[i], "GOMP_", 5) != 0)
            lookUp(static_cast<Real>(i));
    learnPlainMutexes(RADDLE_KNOWN(pthread_mutex_lock), RADDLE_KNOWN(pthread_mutex_unlock));
}

}  // namespace raddle::rt
