// What all locks have in common: try first; if the lock is not to be had, record who waits for what *before*
// blocking, so that a program that deadlocks shows it.
#pragma once

#include <errno.h>

#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/governor.h"
#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

struct LockOps {
    uint8_t acquired;  // kRaddleAcquire or kRaddleAcquireShared
    uint8_t tried;     // the same by a try
    uint8_t wait;      // kRaddleLockWait or kRaddleLockWaitShared
};
inline constexpr LockOps kExclusive = {kRaddleAcquire, kRaddleAcquireTried, kRaddleLockWait};
inline constexpr LockOps kShared = {kRaddleAcquireShared, kRaddleAcquireSharedTried, kRaddleLockWaitShared};

inline bool acquiredWith(int result) {
    return result == 0 || result == EOWNERDEAD;
}

// `tryLock` must leave nothing behind when it does not get the lock and return what `lock` would when it does.
template <class TryLock, class Lock>
RADDLE_INLINE int recordLock(LockOps ops, const Site& where, const CallerFrames& from, TryLock tryLock, Lock lock) {
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return lock();
    const int tried = tryLock();
    if (RADDLE_LIKELY(tried == 0)) {
        RaddleLockCount* row = countedRow(state, where.object);
        if (RADDLE_UNLIKELY(row != nullptr) && countAcquisition(state, row, where.caller)) return 0;
        recordSite(state, ops.acquired, now(), where);
        return 0;
    }
    if (acquiredWith(tried)) {
        recordSite(state, ops.acquired, now(), where);
        return tried;
    }
    recordWait(state, ops.wait, where, from);
    const int result = lock();
    recordWaitEnd(state, result);
    return result;
}

template <class Unlock>
__attribute__((noinline)) int unlockWaited(ThreadState* state, const Site& acquired, Unlock unlock) {
    const uint64_t ticks = now();
    const int result = unlock();
    if (result == 0) recordSite(state, kRaddleReleaseWaited, ticks, acquired);
    return result;
}

template <class TryLock>
RADDLE_INLINE int recordTryLock(LockOps ops, const Site& where, TryLock tryLock) {
    const int result = tryLock();
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return result;
    if (RaddleLockCount* row = countedRow(state, where.object); RADDLE_UNLIKELY(row != nullptr)) {
        if (!acquiredWith(result)) {
            ++row->failedTries;
            return result;
        }
        if (countAcquisition(state, row, where.caller)) return result;
    }
    if (acquiredWith(result))
        recordSite(state, ops.tried, now(), where);
    else
        recordTryFailed(state, now(), where, result);
    return result;
}

// The time is taken before the lock is given up, the event written after, so that recording it does not
// lengthen what others wait for. `hasWaiters` is asked before, of an acquisition that was counted only.
template <class Unlock, class HasWaiters>
RADDLE_INLINE int recordUnlock(const Site& where, Unlock unlock, HasWaiters hasWaiters) {
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return unlock();
    if (RaddleLockCount* row = countedRow(state, where.object); RADDLE_UNLIKELY(row != nullptr)) {
        if (!releaseIsWritten(state, row)) {
            if (!hasWaiters()) return unlock();
            return unlockWaited(state, {where.object, row->caller, 0, where.kind}, unlock);
        }
        releaseIsWritten(state, row) = 0;
    }
    const uint64_t ticks = now();
    const int result = unlock();
    if (RADDLE_LIKELY(result == 0)) recordRelease(state, ticks, where);
    return result;
}

inline void recordObject(uint8_t code, const Site& where) {
    if (ThreadState* state = current()) recordSite(state, code, now(), where);
}

}  // namespace raddle::rt
