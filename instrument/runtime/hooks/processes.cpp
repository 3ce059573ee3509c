// Processes, sleeping, and libraries loaded at run time.
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/events/writer.h"
#include "instrument/runtime/life/image.h"

using namespace raddle::rt;

namespace {

template <class Sleep>
RADDLE_INLINE int recordedSleep(uint64_t ns, const CallerFrames& from, Sleep sleep) {
    ThreadState* state = current();
    if (!state) return sleep();
    recordPlainWait(state, kRaddleSleep, ns, from);
    const int result = sleep();
    recordWaitEnd(state, result == -1 ? errno : result);
    return result;
}

uint64_t toNs(const timespec* time) {
    return time->tv_sec < 0 ? 0
                            : static_cast<uint64_t>(time->tv_sec) * 1000000000u + static_cast<uint64_t>(time->tv_nsec);
}

void afterFork(pid_t child) {
    const auto pid = static_cast<uint64_t>(child);
    ThreadState* state = child > 0 ? current() : nullptr;
    if (state) recordNumbers(state, kRaddleFork, &pid, 1);
}

}  // namespace

// The child's side is done by the handler registered with pthread_atfork, which also sees forks made inside
// the C library.
RADDLE_HOOK(pid_t, fork, ()) {
    const int savedErrno = errno;
    const pid_t child = RADDLE_REAL(fork)();
    if (child < 0) return child;
    afterFork(child);
    errno = savedErrno;
    return child;
}

// Async-signal-safe fork: runs no handlers.
RADDLE_HOOK(pid_t, _Fork, ()) {
    const pid_t child = RADDLE_REAL_AS(_Fork, pid_t(*)())();
    if (child == 0) beginForkedImage();
    afterFork(child);
    return child;
}

RADDLE_HOOK(void, _exit, (int status)) {
    endImage(status);
    RADDLE_REAL_AS(_exit, void (*)(int))(status);
    __builtin_unreachable();
}

RADDLE_HOOK(void, _Exit, (int status)) {
    endImage(status);
    RADDLE_REAL_AS(_Exit, void (*)(int))(status);
    __builtin_unreachable();
}

// Runs its handlers, the recorder's last, and then ends in the C library's own _exit.
RADDLE_HOOK(void, quick_exit, (int status)) {
    setQuickExitStatus(status);
    RADDLE_REAL_AS(quick_exit, void (*)(int))(status);
    __builtin_unreachable();
}

RADDLE_HOOK(int, nanosleep, (const timespec* time, timespec* left)) {
    return recordedSleep(toNs(time), RADDLE_FROM, [&] { return RADDLE_REAL(nanosleep)(time, left); });
}

RADDLE_HOOK(int, clock_nanosleep, (clockid_t clock, int flags, const timespec* time, timespec* left)) {
    return recordedSleep(flags & TIMER_ABSTIME ? 0 : toNs(time), RADDLE_FROM,
                         [&] { return RADDLE_REAL(clock_nanosleep)(clock, flags, time, left); });
}

RADDLE_HOOK(int, usleep, (useconds_t us)) {
    return recordedSleep(us * uint64_t{1000}, RADDLE_FROM, [&] { return RADDLE_REAL(usleep)(us); });
}

RADDLE_HOOK(unsigned, sleep, (unsigned seconds)) {
    ThreadState* state = current();
    if (!state) return RADDLE_REAL(sleep)(seconds);
    recordPlainWait(state, kRaddleSleep, seconds * uint64_t{1000000000}, RADDLE_FROM);
    const unsigned left = RADDLE_REAL(sleep)(seconds);
    recordWaitEnd(state, left == 0 ? 0 : EINTR);
    return left;
}

// The loader looks at who calls dlopen: a plain name is searched along the caller's own run path. So the call
// must come from the program's frame, except where a path makes the caller irrelevant.
RADDLE_HOOK(void*, dlopen, (const char* file, int mode)) {
    using Open = void* (*)(const char*, int);
    expectModuleChange();
    const Open open = RADDLE_REAL_AS(dlopen, Open);
    ThreadState* state = current();
    if (!file || !strchr(file, '/') || strchr(file, '$')) {
        if (state) scanAfterEvents(state);
        RADDLE_TAIL_CALL open(file, mode);
    }
    void* handle = open(file, mode);
    if (state && handle) scanIfExpected(state);
    return handle;
}

RADDLE_HOOK(int, dlclose, (void* handle)) {
    beginUnloading();
    const int result = RADDLE_REAL(dlclose)(handle);
    endUnloading(current());
    return result;
}
