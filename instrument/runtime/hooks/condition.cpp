// Condition variables. A wait is always recorded, with its stack, before it begins.
#include <pthread.h>

#include "instrument/runtime/hooks/lock_hooks.h"
#include "instrument/runtime/hooks/mutex_kind.h"
#include "instrument/runtime/hooks/wakes.h"

using namespace raddle::rt;

namespace {

template <class Wait>
RADDLE_INLINE int recordedWait(pthread_cond_t* condition, pthread_mutex_t* mutex, const CallerFrames& from, Wait wait) {
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return wait();
    const Awaiting awaiting(condition);
    recordConditionWait(state, site(condition, kRaddleCondition, from), site(mutex, mutexKind(mutex), from), from);
    const int result = wait();
    recordWaitEnd(state, result);
    return result;
}

}  // namespace

RADDLE_HOOK(int, pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex)) {
    return recordedWait(condition, mutex, RADDLE_FROM,
                        [&] { return RADDLE_REAL(pthread_cond_wait)(condition, mutex); });
}

RADDLE_HOOK(int, pthread_cond_timedwait, (pthread_cond_t * condition, pthread_mutex_t* mutex, const timespec* until)) {
    return recordedWait(condition, mutex, RADDLE_FROM,
                        [&] { return RADDLE_REAL(pthread_cond_timedwait)(condition, mutex, until); });
}

RADDLE_HOOK(int, pthread_cond_clockwait,
            (pthread_cond_t * condition, pthread_mutex_t* mutex, clockid_t clock, const timespec* until)) {
    return recordedWait(condition, mutex, RADDLE_FROM,
                        [&] { return RADDLE_REAL(pthread_cond_clockwait)(condition, mutex, clock, until); });
}

RADDLE_HOOK(int, pthread_cond_signal, (pthread_cond_t * condition)) {
    recordWake(kRaddleConditionSignal, condition, RADDLE_FROM);
    return RADDLE_REAL(pthread_cond_signal)(condition);
}

RADDLE_HOOK(int, pthread_cond_broadcast, (pthread_cond_t * condition)) {
    recordWake(kRaddleConditionBroadcast, condition, RADDLE_FROM);
    return RADDLE_REAL(pthread_cond_broadcast)(condition);
}

RADDLE_HOOK(int, pthread_cond_init, (pthread_cond_t * condition, const pthread_condattr_t* attributes)) {
    const int result = RADDLE_REAL(pthread_cond_init)(condition, attributes);
    if (result == 0) recordObject(kRaddleObjectInit, site(condition, kRaddleCondition, RADDLE_FROM));
    return result;
}

RADDLE_HOOK(int, pthread_cond_destroy, (pthread_cond_t * condition)) {
    const int result = RADDLE_REAL(pthread_cond_destroy)(condition);
    if (result == 0) recordObject(kRaddleObjectDestroy, site(condition, kRaddleCondition, RADDLE_CALLER));
    return result;
}
