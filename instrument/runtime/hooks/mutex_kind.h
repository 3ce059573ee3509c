// What glibc keeps about a mutex in the mutex itself.
#pragma once

#include <pthread.h>

#include "core/wire/format.h"

namespace raddle::rt {

// On hot paths: without a branch.
inline uint32_t mutexKind(const pthread_mutex_t* mutex) {
    static_assert(PTHREAD_MUTEX_RECURSIVE == int{kRaddleRecursiveMutex} - int{kRaddleMutex} &&
                  PTHREAD_MUTEX_ERRORCHECK == int{kRaddleErrorCheckMutex} - int{kRaddleMutex} &&
                  PTHREAD_MUTEX_ADAPTIVE_NP == int{kRaddleAdaptiveMutex} - int{kRaddleMutex});
    return kRaddleMutex + (static_cast<uint32_t>(mutex->__data.__kind) & 3);
}

// Neither robust nor with a priority protocol: a failed try has no effect on these.
inline bool isPlain(const pthread_mutex_t* mutex) {
    return (mutex->__data.__kind & 0x70) == 0;
}

// Of a plain mutex that the caller holds.
inline bool hasWaiters(const pthread_mutex_t* mutex) {
    return __atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED) > 1;
}

inline bool looksTaken(const pthread_mutex_t* mutex) {
    constexpr int kCeiling = 0x40;  // such a mutex keeps its priority ceiling in the upper bits
    constexpr int kState = 0x7ffff;
    const int lock = __atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED);
    return (mutex->__data.__kind & kCeiling ? lock & kState : lock) != 0;
}

}  // namespace raddle::rt
