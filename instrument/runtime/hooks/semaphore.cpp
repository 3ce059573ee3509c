// Semaphores and barriers. Semaphores report errors through errno, which recording leaves alone.
#include <pthread.h>
#include <semaphore.h>

#include "instrument/runtime/base/waiters.h"
#include "instrument/runtime/hooks/lock_hooks.h"

using namespace raddle::rt;

namespace {

template <class Wait>
RADDLE_INLINE int recordedWait(sem_t* semaphore, const CallerFrames& from, Wait wait) {
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return wait();
    // sem_wait is a cancellation point even when it does not block.
    pthread_testcancel();
    const Site where = site(semaphore, kRaddleSemaphore, from);
    const int savedErrno = errno;
    if (RADDLE_REAL(sem_trywait)(semaphore) == 0) {
        RaddleLockCount* row = countedRow(state, where.object);
        if (RADDLE_UNLIKELY(row != nullptr) && countAcquisition(state, row, where.caller)) return 0;
        recordSite(state, kRaddleSemaphoreAcquire, now(), where);
        return 0;
    }
    errno = savedErrno;
    const Awaiting awaiting(semaphore);
    recordWait(state, kRaddleSemaphoreWait, where, from);
    const int result = wait();
    recordWaitEnd(state, result == 0 ? 0 : errno);
    return result;
}

// Of a semaphore whose posts are counted, one is written when somebody waits, or when what it gives back was taken by
// an acquisition that was written. True: it was counted.
bool countPost(ThreadState* state, sem_t* semaphore) {
    const auto object = reinterpret_cast<uintptr_t>(semaphore);
    RaddleLockCount* posts = countedRow(state, wakesOf(object));
    if (!posts) return false;
    if (const RaddleLockCount* taken = countedRow(state, object)) {
        uint8_t& isWritten = releaseIsWritten(state, taken);
        if (isWritten) {
            isWritten = 0;
            return false;
        }
        if (isAwaited(semaphore)) {
            if (taken->acquisitions > 0)
                recordSite(state, kRaddleReleaseWaited, now(), {object, taken->caller, 0, kRaddleSemaphore});
            return false;
        }
    } else if (isAwaited(semaphore)) {
        return false;
    }
    countOne(&posts->acquisitions);
    return true;
}

}  // namespace

RADDLE_HOOK(int, sem_wait, (sem_t * semaphore)) {
    return recordedWait(semaphore, RADDLE_FROM, [&] { return RADDLE_REAL(sem_wait)(semaphore); });
}

RADDLE_HOOK(int, sem_timedwait, (sem_t * semaphore, const timespec* until)) {
    const auto wait = [&] { return RADDLE_REAL(sem_timedwait)(semaphore, until); };
    if (until->tv_nsec < 0 || until->tv_nsec >= 1000000000) return wait();
    return recordedWait(semaphore, RADDLE_FROM, wait);
}

RADDLE_HOOK(int, sem_clockwait, (sem_t * semaphore, clockid_t clock, const timespec* until)) {
    const auto wait = [&] { return RADDLE_REAL(sem_clockwait)(semaphore, clock, until); };
    if (until->tv_nsec < 0 || until->tv_nsec >= 1000000000 || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
        return wait();
    return recordedWait(semaphore, RADDLE_FROM, wait);
}

RADDLE_HOOK(int, sem_trywait, (sem_t * semaphore)) {
    const int result = RADDLE_REAL(sem_trywait)(semaphore);
    ThreadState* state = current();
    if (!state) return result;
    const Site where = site(semaphore, kRaddleSemaphore, RADDLE_CALLER);
    if (RaddleLockCount* row = countedRow(state, where.object); RADDLE_UNLIKELY(row != nullptr)) {
        if (result != 0) {
            ++row->failedTries;
            return result;
        }
        if (countAcquisition(state, row, where.caller)) return result;
    }
    if (result == 0)
        recordSite(state, kRaddleSemaphoreAcquire, now(), where);
    else
        recordTryFailed(state, now(), where, errno);
    return result;
}

// Written before the call, so that it precedes the wake-up that it causes.
RADDLE_HOOK(int, sem_post, (sem_t * semaphore)) {
    ThreadState* state = current();
    if (state && !(RADDLE_UNLIKELY(state->counts != nullptr) && countPost(state, semaphore)))
        recordSite(state, kRaddleSemaphorePost, now(), site(semaphore, kRaddleSemaphore, RADDLE_FROM));
    return RADDLE_REAL(sem_post)(semaphore);
}

RADDLE_HOOK(int, sem_init, (sem_t * semaphore, int shared, unsigned value)) {
    const int result = RADDLE_REAL(sem_init)(semaphore, shared, value);
    if (result == 0) recordObject(kRaddleObjectInit, site(semaphore, kRaddleSemaphore, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(int, sem_destroy, (sem_t * semaphore)) {
    const int result = RADDLE_REAL(sem_destroy)(semaphore);
    if (result == 0) recordObject(kRaddleObjectDestroy, site(semaphore, kRaddleSemaphore, RADDLE_CALLER));
    return result;
}

RADDLE_HOOK(int, pthread_barrier_wait, (pthread_barrier_t * barrier)) {
    ThreadState* state = current();
    if (!state) return RADDLE_REAL(pthread_barrier_wait)(barrier);
    recordWait(state, kRaddleBarrierWait, site(barrier, kRaddleBarrier, RADDLE_FROM), RADDLE_FROM);
    const int result = RADDLE_REAL(pthread_barrier_wait)(barrier);
    recordWaitEnd(state, result == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : result);
    return result;
}

RADDLE_HOOK(int, pthread_barrier_init,
            (pthread_barrier_t * barrier, const pthread_barrierattr_t* attributes, unsigned count)) {
    const int result = RADDLE_REAL(pthread_barrier_init)(barrier, attributes, count);
    if (result == 0) recordObject(kRaddleObjectInit, site(barrier, kRaddleBarrier, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(int, pthread_barrier_destroy, (pthread_barrier_t * barrier)) {
    const int result = RADDLE_REAL(pthread_barrier_destroy)(barrier);
    if (result == 0) recordObject(kRaddleObjectDestroy, site(barrier, kRaddleBarrier, RADDLE_CALLER));
    return result;
}
