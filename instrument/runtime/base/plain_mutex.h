// Mutexes of the default kind, taken and given back as the C library does it but without a call: of a lock whose
// acquisitions are only counted two calls would be most of the cost. The layout is part of glibc's binary interface
// (static initializers and process-shared mutexes have it); that this glibc uses it in the known way is looked at when
// recording begins. Where it does not, or another library's functions (a sanitizer's) are in between, both refuse
// everything. Inline; async-signal-safe.
#pragma once

#include <pthread.h>
#include <sys/single_threaded.h>

#include "instrument/runtime/base/platform.h"

namespace raddle::rt {

// The kind that is known: 0, or one that no mutex has.
extern __attribute__((visibility("hidden"))) int g_plainKind;

// For when recording begins: `lock` and `unlock` are what the program would call.
void learnPlainMutexes(int (*lock)(pthread_mutex_t*), int (*unlock)(pthread_mutex_t*));

// False, and nothing done, when it is taken or of another kind.
RADDLE_INLINE bool takePlain(pthread_mutex_t* mutex, uint32_t tid) {
    auto& data = mutex->__data;
    if (RADDLE_UNLIKELY(data.__kind != g_plainKind)) return false;
    if (__libc_single_threaded) {
        if (RADDLE_UNLIKELY(data.__lock != 0)) return false;
        data.__lock = 1;
    } else {
        int free = 0;
        if (RADDLE_UNLIKELY(
                !__atomic_compare_exchange_n(&data.__lock, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
            return false;
    }
    data.__owner = static_cast<int>(tid);
    ++data.__nusers;
    return true;
}

// By its holder. False, and nothing done, when others wait for it or it is of another kind.
RADDLE_INLINE bool givePlain(pthread_mutex_t* mutex) {
    auto& data = mutex->__data;
    if (RADDLE_UNLIKELY(data.__kind != g_plainKind) || RADDLE_UNLIKELY(data.__nusers == 0)) return false;
    const int owner = data.__owner;
    data.__owner = 0;
    --data.__nusers;
    if (__libc_single_threaded) {
        if (RADDLE_LIKELY(data.__lock == 1)) {
            data.__lock = 0;
            return true;
        }
    } else {
        int held = 1;
        if (RADDLE_LIKELY(
                __atomic_compare_exchange_n(&data.__lock, &held, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)))
            return true;
    }
    data.__owner = owner;
    ++data.__nusers;
    return false;
}

}  // namespace raddle::rt
