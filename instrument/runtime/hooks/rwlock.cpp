// Reader-writer locks.
#include <pthread.h>

#include "instrument/runtime/hooks/lock_hooks.h"

using namespace raddle::rt;

namespace {

template <class Lock>
RADDLE_INLINE int readLock(pthread_rwlock_t* lock, const CallerFrames& from, Lock wait) {
    return recordLock(
        kShared, site(lock, kRaddleRwLock, from), from, [&] { return RADDLE_REAL(pthread_rwlock_tryrdlock)(lock); },
        wait);
}

template <class Lock>
RADDLE_INLINE int writeLock(pthread_rwlock_t* lock, const CallerFrames& from, Lock wait) {
    return recordLock(
        kExclusive, site(lock, kRaddleRwLock, from), from, [&] { return RADDLE_REAL(pthread_rwlock_trywrlock)(lock); },
        wait);
}

// What glibc keeps in the lock: writers that wait, and whether readers do.
bool hasWaiters(const pthread_rwlock_t* lock) {
    constexpr unsigned kReadersWait = 4;
    return __atomic_load_n(&lock->__data.__writers, __ATOMIC_RELAXED) != 0 ||
           (__atomic_load_n(&lock->__data.__readers, __ATOMIC_RELAXED) & kReadersWait) != 0;
}

// Timed calls fail on these before they look at the lock.
bool isInvalid(const timespec* until) {
    return until->tv_nsec < 0 || until->tv_nsec >= 1000000000;
}

bool isInvalid(clockid_t clock, const timespec* until) {
    return (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) || isInvalid(until);
}

}  // namespace

RADDLE_HOOK(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock)) {
    return readLock(lock, RADDLE_FROM, [&] { return RADDLE_REAL(pthread_rwlock_rdlock)(lock); });
}

RADDLE_HOOK(int, pthread_rwlock_timedrdlock, (pthread_rwlock_t * lock, const timespec* until)) {
    const auto wait = [&] { return RADDLE_REAL(pthread_rwlock_timedrdlock)(lock, until); };
    return isInvalid(until) ? wait() : readLock(lock, RADDLE_FROM, wait);
}

RADDLE_HOOK(int, pthread_rwlock_clockrdlock, (pthread_rwlock_t * lock, clockid_t clock, const timespec* until)) {
    const auto wait = [&] { return RADDLE_REAL(pthread_rwlock_clockrdlock)(lock, clock, until); };
    return isInvalid(clock, until) ? wait() : readLock(lock, RADDLE_FROM, wait);
}

RADDLE_HOOK(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock)) {
    return recordTryLock(kShared, site(lock, kRaddleRwLock, RADDLE_FROM),
                         [&] { return RADDLE_REAL(pthread_rwlock_tryrdlock)(lock); });
}

RADDLE_HOOK(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock)) {
    return writeLock(lock, RADDLE_FROM, [&] { return RADDLE_REAL(pthread_rwlock_wrlock)(lock); });
}

RADDLE_HOOK(int, pthread_rwlock_timedwrlock, (pthread_rwlock_t * lock, const timespec* until)) {
    const auto wait = [&] { return RADDLE_REAL(pthread_rwlock_timedwrlock)(lock, until); };
    return isInvalid(until) ? wait() : writeLock(lock, RADDLE_FROM, wait);
}

RADDLE_HOOK(int, pthread_rwlock_clockwrlock, (pthread_rwlock_t * lock, clockid_t clock, const timespec* until)) {
    const auto wait = [&] { return RADDLE_REAL(pthread_rwlock_clockwrlock)(lock, clock, until); };
    return isInvalid(clock, until) ? wait() : writeLock(lock, RADDLE_FROM, wait);
}

RADDLE_HOOK(int, pthread_rwlock_trywrlock, (pthread_rwlock_t * lock)) {
    return recordTryLock(kExclusive, site(lock, kRaddleRwLock, RADDLE_FROM),
                         [&] { return RADDLE_REAL(pthread_rwlock_trywrlock)(lock); });
}

RADDLE_HOOK(int, pthread_rwlock_unlock, (pthread_rwlock_t * lock)) {
    return recordUnlock(
        site(lock, kRaddleRwLock, RADDLE_CALLER), [&] { return RADDLE_REAL(pthread_rwlock_unlock)(lock); },
        [&] { return hasWaiters(lock); });
}

RADDLE_HOOK(int, pthread_rwlock_init, (pthread_rwlock_t * lock, const pthread_rwlockattr_t* attributes)) {
    const int result = RADDLE_REAL(pthread_rwlock_init)(lock, attributes);
    if (result == 0) recordObject(kRaddleObjectInit, site(lock, kRaddleRwLock, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(int, pthread_rwlock_destroy, (pthread_rwlock_t * lock)) {
    const int result = RADDLE_REAL(pthread_rwlock_destroy)(lock);
    if (result == 0) recordObject(kRaddleObjectDestroy, site(lock, kRaddleRwLock, RADDLE_CALLER));
    return result;
}
