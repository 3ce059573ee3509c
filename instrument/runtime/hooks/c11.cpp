// C11 threads: glibc's go straight to its own pthread functions, so they are interposed themselves. Results
// are thrd_* values; recordings hold errno values.
#include <threads.h>

#include <pthread.h>

#include "instrument/runtime/hooks/lock_hooks.h"
#include "instrument/runtime/hooks/mutex_kind.h"
#include "instrument/runtime/hooks/thread_hooks.h"
#include "instrument/runtime/hooks/wakes.h"

using namespace raddle::rt;

namespace {

int toErrno(int result) {
    switch (result) {
        case thrd_success:
            return 0;
        case thrd_busy:
            return EBUSY;
        case thrd_timedout:
            return ETIMEDOUT;
        case thrd_nomem:
            return ENOMEM;
        default:
            return EINVAL;
    }
}

template <class From>
RADDLE_INLINE Site mutexSite(mtx_t* mutex, const From& from) {
    // glibc's mtx_t is its pthread_mutex_t.
    static_assert(sizeof(mtx_t) <= sizeof(pthread_mutex_t));
    return site(mutex, mutexKind(reinterpret_cast<pthread_mutex_t*>(mutex)), from);
}

template <class Lock>
RADDLE_INLINE int lockMutex(mtx_t* mutex, const CallerFrames& from, Lock lock) {
    const Site where = mutexSite(mutex, from);
    ThreadState* state = current();
    if (!state) return lock();
    if (RADDLE_REAL(mtx_trylock)(mutex) == thrd_success) {
        RaddleLockCount* row = countedRow(state, where.object);
        if (row && countAcquisition(state, row, where.caller)) return thrd_success;
        recordSite(state, kRaddleAcquire, now(), where);
        return thrd_success;
    }
    recordWait(state, kRaddleLockWait, where, from);
    const int result = lock();
    recordWaitEnd(state, toErrno(result));
    return result;
}

template <class Wait>
RADDLE_INLINE int recordedWait(cnd_t* condition, mtx_t* mutex, const CallerFrames& from, Wait wait) {
    ThreadState* state = current();
    if (!state) return wait();
    const Awaiting awaiting(condition);
    recordConditionWait(state, site(condition, kRaddleCondition, from), mutexSite(mutex, from), from);
    const int result = wait();
    recordWaitEnd(state, toErrno(result));
    return result;
}

int runThread(void* argument) {
    auto* state = static_cast<ThreadState*>(argument);
    auto routine = reinterpret_cast<thrd_start_t>(reinterpret_cast<void*>(state->routine));
    void* routineArgument = state->argument;
    attach(state, state->serial);
    return routine(routineArgument);
}

}  // namespace

RADDLE_HOOK(int, mtx_lock, (mtx_t * mutex)) {
    return lockMutex(mutex, RADDLE_FROM, [&] { return RADDLE_REAL(mtx_lock)(mutex); });
}

RADDLE_HOOK(int, mtx_timedlock, (mtx_t * mutex, const timespec* until)) {
    return lockMutex(mutex, RADDLE_FROM, [&] { return RADDLE_REAL(mtx_timedlock)(mutex, until); });
}

RADDLE_HOOK(int, mtx_trylock, (mtx_t * mutex)) {
    const int result = RADDLE_REAL(mtx_trylock)(mutex);
    ThreadState* state = current();
    if (!state) return result;
    const Site where = mutexSite(mutex, RADDLE_CALLER);
    expectRelease(state, where.object);
    if (result == thrd_success)
        recordSite(state, kRaddleAcquireTried, now(), where);
    else
        recordTryFailed(state, now(), where, toErrno(result));
    return result;
}

RADDLE_HOOK(int, mtx_unlock, (mtx_t * mutex)) {
    return recordUnlock(
        mutexSite(mutex, RADDLE_CALLER), [&] { return RADDLE_REAL(mtx_unlock)(mutex); },
        [&] { return hasWaiters(reinterpret_cast<pthread_mutex_t*>(mutex)); });
}

RADDLE_HOOK(int, mtx_init, (mtx_t * mutex, int type)) {
    const int result = RADDLE_REAL(mtx_init)(mutex, type);
    if (result == thrd_success) recordObject(kRaddleObjectInit, mutexSite(mutex, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(void, mtx_destroy, (mtx_t * mutex)) {
    recordObject(kRaddleObjectDestroy, mutexSite(mutex, RADDLE_CALLER));
    RADDLE_REAL(mtx_destroy)(mutex);
}

RADDLE_HOOK(int, cnd_wait, (cnd_t * condition, mtx_t* mutex)) {
    return recordedWait(condition, mutex, RADDLE_FROM, [&] { return RADDLE_REAL(cnd_wait)(condition, mutex); });
}

RADDLE_HOOK(int, cnd_timedwait, (cnd_t * condition, mtx_t* mutex, const timespec* until)) {
    return recordedWait(condition, mutex, RADDLE_FROM,
                        [&] { return RADDLE_REAL(cnd_timedwait)(condition, mutex, until); });
}

RADDLE_HOOK(int, cnd_signal, (cnd_t * condition)) {
    recordWake(kRaddleConditionSignal, condition, RADDLE_FROM);
    return RADDLE_REAL(cnd_signal)(condition);
}

RADDLE_HOOK(int, cnd_broadcast, (cnd_t * condition)) {
    recordWake(kRaddleConditionBroadcast, condition, RADDLE_FROM);
    return RADDLE_REAL(cnd_broadcast)(condition);
}

RADDLE_HOOK(int, cnd_init, (cnd_t * condition)) {
    const int result = RADDLE_REAL(cnd_init)(condition);
    if (result == thrd_success) recordObject(kRaddleObjectInit, site(condition, kRaddleCondition, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(void, cnd_destroy, (cnd_t * condition)) {
    recordObject(kRaddleObjectDestroy, site(condition, kRaddleCondition, RADDLE_CALLER));
    RADDLE_REAL(cnd_destroy)(condition);
}

RADDLE_HOOK(int, thrd_create, (thrd_t * thread, thrd_start_t routine, void* argument)) {
    ThreadState* state = current();
    ThreadState* child = state ? prepareThread(state, reinterpret_cast<void*>(routine), 0, RADDLE_FROM) : nullptr;
    if (!child) return RADDLE_REAL(thrd_create)(thread, routine, argument);
    child->routine = reinterpret_cast<void* (*)(void*)>(reinterpret_cast<void*>(routine));
    child->argument = argument;
    const int result = RADDLE_REAL(thrd_create)(thread, runThread, child);
    if (result != thrd_success) abandonThread(state, child, toErrno(result));
    return result;
}

RADDLE_HOOK(int, thrd_join, (thrd_t thread, int* value)) {
    ThreadState* state = current();
    if (!state) return RADDLE_REAL(thrd_join)(thread, value);
    recordPlainWait(state, kRaddleJoinWait, thread, RADDLE_FROM);
    const int result = RADDLE_REAL(thrd_join)(thread, value);
    recordWaitEnd(state, toErrno(result));
    return result;
}

RADDLE_HOOK(int, thrd_detach, (thrd_t thread)) {
    const int result = RADDLE_REAL(thrd_detach)(thread);
    const uint64_t handle = thread;
    ThreadState* state = result == thrd_success ? current() : nullptr;
    if (state) recordNumbers(state, kRaddleThreadDetach, &handle, 1);
    return result;
}

RADDLE_HOOK(int, thrd_sleep, (const timespec* time, timespec* left)) {
    ThreadState* state = current();
    if (!state) return RADDLE_REAL(thrd_sleep)(time, left);
    const uint64_t ns = static_cast<uint64_t>(time->tv_sec) * 1000000000u + static_cast<uint64_t>(time->tv_nsec);
    recordPlainWait(state, kRaddleSleep, ns, RADDLE_FROM);
    const int result = RADDLE_REAL(thrd_sleep)(time, left);
    recordWaitEnd(state, result == 0 ? 0 : EINTR);
    return result;
}
