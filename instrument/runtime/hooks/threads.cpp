// Threads: creation, start, names, join, detach. A thread's end is seen by its thread-specific data's
// destructor, whichever way it ends.
#include <pthread.h>
#include <sys/prctl.h>

#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/hooks/lock_hooks.h"
#include "instrument/runtime/hooks/thread_hooks.h"
#include "instrument/runtime/life/confinement.h"

using namespace raddle::rt;

namespace {

void* runThread(void* argument) {
    auto* state = static_cast<ThreadState*>(argument);
    void* (*routine)(void*) = state->routine;
    void* routineArgument = state->argument;
    attach(state, state->serial);
    return routine(routineArgument);
}

// std::thread's start routine is the library's own; what it runs is the third virtual function (after the two
// destructors) of the object it is given.
void* programsRoutine(void* (*routine)(void*), void* argument, void* caller) {
    auto* const start = reinterpret_cast<void*>(routine);
    if (!argument || !isCxxLibrary(reinterpret_cast<uintptr_t>(start)) ||
        !isCxxLibrary(reinterpret_cast<uintptr_t>(caller)))
        return start;
    void* const* const virtuals = *static_cast<void* const* const*>(argument);
    if (!isCode(reinterpret_cast<uintptr_t>(virtuals)) || !isCode(reinterpret_cast<uintptr_t>(virtuals[2])))
        return start;
    return virtuals[2];
}

template <class Join>
RADDLE_INLINE int recordedJoin(pthread_t thread, const CallerFrames& from, Join join) {
    ThreadState* state = current();
    if (!state) return join();
    recordPlainWait(state, kRaddleJoinWait, thread, from);
    const int result = join();
    recordWaitEnd(state, result);
    return result;
}

void recordSelfName(const char* name) {
    if (ThreadState* state = current()) recordName(state, pthread_self(), name);
}

}  // namespace

namespace raddle::rt {

ThreadState* prepareThread(ThreadState* creator, void* routine, size_t stackSize, const CallerFrames& from) {
    ThreadState* child = takeState();
    if (!child) return nullptr;
    child->serial = nextThreadSerial();
    child->entry = reinterpret_cast<uintptr_t>(routine);
    child->creator = creator->serial;
    child->stackSize = stackSize;
    child->isConfined = t_confined;
    recordThreadCreate(creator, child->serial, routine, from);
    return child;
}

void abandonThread(ThreadState* creator, ThreadState* child, int error) {
    const uint64_t numbers[] = {child->serial, static_cast<uint32_t>(error)};
    recordNumbers(creator, kRaddleThreadCreateFailed, numbers, 2);
    giveBackState(child);
}

}  // namespace raddle::rt

RADDLE_HOOK(int, pthread_create,
            (pthread_t * thread, const pthread_attr_t* attributes, void* (*routine)(void*), void* argument)) {
    ThreadState* state = current();
    size_t stackSize = 0;
    if (attributes) pthread_attr_getstacksize(attributes, &stackSize);
    ThreadState* child =
        state ? prepareThread(state, programsRoutine(routine, argument, RADDLE_CALLER), stackSize, RADDLE_FROM)
              : nullptr;
    if (!child) return RADDLE_REAL(pthread_create)(thread, attributes, routine, argument);
    child->routine = routine;
    child->argument = argument;
    const int result = RADDLE_REAL(pthread_create)(thread, attributes, runThread, child);
    if (result != 0) abandonThread(state, child, result);
    return result;
}

RADDLE_HOOK(int, pthread_join, (pthread_t thread, void** value)) {
    return recordedJoin(thread, RADDLE_FROM, [&] { return RADDLE_REAL(pthread_join)(thread, value); });
}

RADDLE_HOOK(int, pthread_timedjoin_np, (pthread_t thread, void** value, const timespec* until)) {
    return recordedJoin(thread, RADDLE_FROM, [&] { return RADDLE_REAL(pthread_timedjoin_np)(thread, value, until); });
}

RADDLE_HOOK(int, pthread_clockjoin_np, (pthread_t thread, void** value, clockid_t clock, const timespec* until)) {
    return recordedJoin(thread, RADDLE_FROM,
                        [&] { return RADDLE_REAL(pthread_clockjoin_np)(thread, value, clock, until); });
}

RADDLE_HOOK(int, pthread_tryjoin_np, (pthread_t thread, void** value)) {
    const int result = RADDLE_REAL(pthread_tryjoin_np)(thread, value);
    ThreadState* state = result == 0 ? current() : nullptr;
    if (state) {
        recordPlainWait(state, kRaddleJoinWait, thread, RADDLE_FROM);
        recordWaitEnd(state, 0);
    }
    return result;
}

RADDLE_HOOK(int, pthread_detach, (pthread_t thread)) {
    const int result = RADDLE_REAL(pthread_detach)(thread);
    const uint64_t handle = thread;
    ThreadState* state = result == 0 ? current() : nullptr;
    if (state) recordNumbers(state, kRaddleThreadDetach, &handle, 1);
    return result;
}

RADDLE_HOOK(int, pthread_setname_np, (pthread_t thread, const char* name)) {
    const int result = RADDLE_REAL(pthread_setname_np)(thread, name);
    ThreadState* state = result == 0 ? current() : nullptr;
    if (state) recordName(state, thread, name);
    return result;
}

// Variadic in the headers; the kernel's call takes five words.
RADDLE_HOOK(int, prctl, (int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)) {
    using Prctl = int (*)(int, unsigned long, unsigned long, unsigned long, unsigned long);
    ThreadState* state = option == PR_SET_SECCOMP ? current() : nullptr;
    if (state) expectConfinement();
    const int result = RADDLE_REAL_AS(prctl, Prctl)(option, a, b, c, d);
    if (state && result == 0) confine(state, false);
    if (option == PR_SET_NAME && result == 0) recordSelfName(reinterpret_cast<const char*>(a));
    return result;
}
