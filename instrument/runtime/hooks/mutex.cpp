// Mutexes and spin locks. (C11's mtx_* are in hooks/c11.cpp: glibc's do not call these.)
#include <pthread.h>

#include "instrument/runtime/base/plain_mutex.h"
#include "instrument/runtime/hooks/lock_hooks.h"
#include "instrument/runtime/hooks/mutex_kind.h"

using namespace raddle::rt;

namespace {

template <class From>
RADDLE_INLINE Site mutexSite(pthread_mutex_t* mutex, const From& from) {
    return site(mutex, mutexKind(mutex), from);
}

// Robust and priority mutexes are locked by the one call the program made, with a look at the lock instead of
// a try to tell whether it will have to wait.
template <class Lock>
int recordOtherLock(pthread_mutex_t* mutex, const CallerFrames& from, Lock lock) {
    ThreadState* state = current();
    if (!state) return lock();
    const Site where = mutexSite(mutex, from);
    const bool wait = looksTaken(mutex);
    if (wait) recordWait(state, kRaddleLockWait, where, from);
    expectRelease(state, where.object);
    const int result = lock();
    if (wait)
        recordWaitEnd(state, result);
    else if (acquiredWith(result))
        recordSite(state, kRaddleAcquire, now(), where);
    else
        recordTryFailed(state, now(), where, result);
    // The governor steps down what events name last: not this one, which cannot be tried first.
    state->lastObject = 0;
    return result;
}

template <class Lock>
RADDLE_INLINE int lockMutex(pthread_mutex_t* mutex, const CallerFrames& from, Lock lock) {
    if (RADDLE_UNLIKELY(!isPlain(mutex))) return recordOtherLock(mutex, from, lock);
    return recordLock(
        kExclusive, mutexSite(mutex, from), from, [&] { return RADDLE_REAL(pthread_mutex_trylock)(mutex); }, lock);
}

}  // namespace

namespace {

__attribute__((noinline)) int lockRecorded(pthread_mutex_t* mutex) {
    return lockMutex(mutex, RADDLE_FROM, [&] { return RADDLE_REAL(pthread_mutex_lock)(mutex); });
}

__attribute__((noinline)) int unlockRecorded(pthread_mutex_t* mutex) {
    return recordUnlock(
        mutexSite(mutex, RADDLE_CALLER), [&] { return RADDLE_REAL(pthread_mutex_unlock)(mutex); },
        [&] { return hasWaiters(mutex); });
}

}  // namespace

namespace {

// Of mutexes that are counted and not plain.
__attribute__((noinline)) int lockCounted(pthread_mutex_t* mutex) {
    RaddleLockCount* row = countedRow(t_state, reinterpret_cast<uintptr_t>(mutex));
    if (RADDLE_LIKELY(RADDLE_KNOWN(pthread_mutex_trylock)(mutex) == 0)) {
        countUnsampled(row, reinterpret_cast<uintptr_t>(RADDLE_CALLER));
        return 0;
    }
    // Not kept over the call: what is kept has to be saved.
    RADDLE_TAIL_CALL lockRecorded(reinterpret_cast<pthread_mutex_t*>(row->object));
}

}  // namespace

// Calls are in the place of the caller, whose frame is looked at, and the last thing done, so that nothing is saved.
RADDLE_HOOK(int, pthread_mutex_lock, (pthread_mutex_t * mutex)) {
    const ThreadState* state = t_state;
    if (RADDLE_UNLIKELY(state == nullptr) || state->counts == nullptr) RADDLE_TAIL_CALL lockRecorded(mutex);
    RaddleLockCount* row = countRow(state, reinterpret_cast<uintptr_t>(mutex));
    if (RADDLE_UNLIKELY(row->object != reinterpret_cast<uintptr_t>(mutex))) {
        row = secondRow(state, reinterpret_cast<uintptr_t>(mutex));
        if (row->object != reinterpret_cast<uintptr_t>(mutex)) RADDLE_TAIL_CALL lockRecorded(mutex);
    }
    if (RADDLE_UNLIKELY(isSampled(row))) RADDLE_TAIL_CALL lockRecorded(mutex);
    if (RADDLE_UNLIKELY(!takePlain(mutex, state->tid))) RADDLE_TAIL_CALL lockCounted(mutex);
    countUnsampled(row, reinterpret_cast<uintptr_t>(RADDLE_CALLER));
    return 0;
}

RADDLE_HOOK(int, pthread_mutex_timedlock, (pthread_mutex_t * mutex, const timespec* until)) {
    return lockMutex(mutex, RADDLE_FROM, [&] { return RADDLE_REAL(pthread_mutex_timedlock)(mutex, until); });
}

RADDLE_HOOK(int, pthread_mutex_clocklock, (pthread_mutex_t * mutex, clockid_t clock, const timespec* until)) {
    // Only these are valid; others have to fail whether or not the mutex is free.
    const auto lock = [&] { return RADDLE_REAL(pthread_mutex_clocklock)(mutex, clock, until); };
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return recordOtherLock(mutex, RADDLE_FROM, lock);
    return lockMutex(mutex, RADDLE_FROM, lock);
}

RADDLE_HOOK(int, pthread_mutex_trylock, (pthread_mutex_t * mutex)) {
    return recordTryLock(kExclusive, mutexSite(mutex, RADDLE_FROM),
                         [&] { return RADDLE_REAL(pthread_mutex_trylock)(mutex); });
}

RADDLE_HOOK(int, pthread_mutex_unlock, (pthread_mutex_t * mutex)) {
    ThreadState* state = t_state;
    if (RADDLE_UNLIKELY(state == nullptr) || state->counts == nullptr) RADDLE_TAIL_CALL unlockRecorded(mutex);
    const RaddleLockCount* row = countRow(state, reinterpret_cast<uintptr_t>(mutex));
    if (RADDLE_UNLIKELY(row->object != reinterpret_cast<uintptr_t>(mutex))) {
        row = secondRow(state, reinterpret_cast<uintptr_t>(mutex));
        if (row->object != reinterpret_cast<uintptr_t>(mutex)) RADDLE_TAIL_CALL unlockRecorded(mutex);
    }
    if (RADDLE_UNLIKELY(releaseIsWritten(state, row))) RADDLE_TAIL_CALL unlockRecorded(mutex);
    if (RADDLE_LIKELY(givePlain(mutex))) return 0;
    if (RADDLE_LIKELY(!hasWaiters(mutex))) RADDLE_TAIL_CALL RADDLE_KNOWN(pthread_mutex_unlock)(mutex);
    RADDLE_TAIL_CALL unlockRecorded(mutex);
}

RADDLE_HOOK(int, pthread_mutex_init, (pthread_mutex_t * mutex, const pthread_mutexattr_t* attributes)) {
    const int result = RADDLE_REAL(pthread_mutex_init)(mutex, attributes);
    if (result == 0) recordObject(kRaddleObjectInit, mutexSite(mutex, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(int, pthread_mutex_destroy, (pthread_mutex_t * mutex)) {
    const Site where = mutexSite(mutex, RADDLE_CALLER);
    const int result = RADDLE_REAL(pthread_mutex_destroy)(mutex);
    if (result == 0) recordObject(kRaddleObjectDestroy, where);
    return result;
}

RADDLE_HOOK(int, pthread_spin_lock, (pthread_spinlock_t * lock)) {
    return recordLock(
        kExclusive, site(lock, kRaddleSpinLock, RADDLE_FROM), RADDLE_FROM,
        [&] { return RADDLE_REAL(pthread_spin_trylock)(lock); }, [&] { return RADDLE_REAL(pthread_spin_lock)(lock); });
}

RADDLE_HOOK(int, pthread_spin_trylock, (pthread_spinlock_t * lock)) {
    return recordTryLock(kExclusive, site(lock, kRaddleSpinLock, RADDLE_FROM),
                         [&] { return RADDLE_REAL(pthread_spin_trylock)(lock); });
}

RADDLE_HOOK(int, pthread_spin_unlock, (pthread_spinlock_t * lock)) {
    // Who spins leaves no trace in the lock.
    return recordUnlock(
        site(lock, kRaddleSpinLock, RADDLE_CALLER), [&] { return RADDLE_REAL(pthread_spin_unlock)(lock); },
        [] { return false; });
}

RADDLE_HOOK(int, pthread_spin_init, (pthread_spinlock_t * lock, int shared)) {
    const int result = RADDLE_REAL(pthread_spin_init)(lock, shared);
    if (result == 0) recordObject(kRaddleObjectInit, site(lock, kRaddleSpinLock, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(int, pthread_spin_destroy, (pthread_spinlock_t * lock)) {
    const int result = RADDLE_REAL(pthread_spin_destroy)(lock);
    if (result == 0) recordObject(kRaddleObjectDestroy, site(lock, kRaddleSpinLock, RADDLE_CALLER));
    return result;
}
