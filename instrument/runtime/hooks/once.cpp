// One-time initialisation (pthread_once, which std::call_once uses, and C11's). What matters is who waits for whose
// initialisation: a call that finds it done is not recorded.
#include <pthread.h>
#include <threads.h>

#include "instrument/runtime/hooks/lock_hooks.h"

using namespace raddle::rt;

namespace {

// glibc's, of both kinds.
constexpr int kInProgress = 1;
constexpr int kDone = 2;

struct Initialisation {
    void (*routine)();
    ThreadState* state;
    Site where;
    bool waiting;
    Initialisation* outer;
};

__thread Initialisation* t_innermost;

// Called instead of the program's routine, in the one thread that gets to run it.
void initialise() {
    Initialisation* const own = t_innermost;
    if (own->waiting) recordWaitEnd(own->state, 0);
    // Before the routine, which may not return but throw.
    t_innermost = own->outer;
    own->routine();
    recordSite(own->state, kRaddleObjectWakeAll, now(), own->where);
}

template <class Once>
RADDLE_INLINE int recordedOnce(const int* flag, void (*routine)(), const CallerFrames& from, Once once) {
    ThreadState* state = current();
    if (!state) return once(routine);
    const bool waiting = (__atomic_load_n(flag, __ATOMIC_RELAXED) & kInProgress) != 0;
    Initialisation own = {routine, state, site(flag, kRaddleOnce, from), waiting, t_innermost};
    if (waiting) recordWait(state, kRaddleObjectWait, own.where, from);
    t_innermost = &own;
    const int result = once(initialise);
    // Still ours: the routine was run by another thread.
    if (waiting && t_innermost == &own) recordWaitEnd(state, result);
    t_innermost = own.outer;
    return result;
}

RADDLE_INLINE bool isDone(const int* flag) {
    return (__atomic_load_n(flag, __ATOMIC_ACQUIRE) & kDone) != 0;
}

}  // namespace

RADDLE_HOOK(int, pthread_once, (pthread_once_t * flag, void (*routine)())) {
    if (isDone(flag)) return 0;
    return recordedOnce(flag, routine, RADDLE_FROM,
                        [&](void (*run)()) { return RADDLE_REAL(pthread_once)(flag, run); });
}

RADDLE_HOOK(void, call_once, (once_flag * flag, void (*routine)())) {
    auto* const word = reinterpret_cast<int*>(flag);
    if (isDone(word)) return;
    recordedOnce(word, routine, RADDLE_FROM, [&](void (*run)()) {
        RADDLE_REAL(call_once)(flag, run);
        return 0;
    });
}
