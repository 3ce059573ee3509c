// What the kernel counts of the threads of this process, by what it shows in /proc: CPU time, and time in the queue for
// a processor. Some system calls a thread.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// How long a thread was ready to run and did not: worth asking of those only that have used some CPU time.
inline constexpr uint64_t kWorthAskingNs = 5'000'000;
void writeQueued(ThreadState* state, uint64_t tid);

// Of all threads that are alive but, unless `withOwn`, the calling one: they will not say it themselves any more.
void writeCpuOfAlive(ThreadState* state, bool withOwn);

// Of all threads, where recording begins in the middle of their lives.
void writeCpuBefore(ThreadState* state);

// The name of the process, which is that of its threads until they get their own.
struct ProcessName {
    char text[16];
};
ProcessName processName();

}  // namespace raddle::rt
