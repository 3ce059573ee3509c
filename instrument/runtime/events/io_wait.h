// Calls that read or write and mostly take a moment: a thread's first such call is written, and those after one that
// took long; else it costs two clock reads, and is written when it is over and took long after all.
#pragma once

#include <errno.h>

#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

// Ticks are nanoseconds to a factor of two. Less is the call itself rather than a wait.
inline constexpr uint64_t kLongTransfer = 50'000;

template <class Result>
RADDLE_INLINE int errorOf(Result result) {
    return result == static_cast<Result>(-1) ? errno : 0;
}
// A stream's end is no error.
RADDLE_INLINE int errorOf(char*) {
    return 0;
}

template <class Call>
RADDLE_INLINE auto recordedTransfer(RaddleIoKind kind, int fd, const CallerFrames& from, Call call) {
    ThreadState* state = current();
    if (!state) return call();
    const uint64_t begin = now();
    const bool expected = !state->ioIsQuick;
    if (expected) recordIoWait(state, kind, fd, begin, from);
    const auto result = call();
    const bool wasLong = now() - begin > kLongTransfer;
    if (wasLong && !expected) recordIoWait(state, kind, fd, begin, from);
    if (wasLong || expected) recordWaitEnd(state, errorOf(result));
    state->ioIsQuick = !wasLong;
    ++state->quickIo;
    return result;
}

}  // namespace raddle::rt
