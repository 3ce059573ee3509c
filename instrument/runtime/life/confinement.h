// Programs that forbid themselves system calls (seccomp), to be ended at one that they have not thought of: the
// recorder makes none from then on (base/platform.h). What it needs is got before: space in the file, states for
// threads. What only the kernel knows (CPU times, waits for a processor) is not recorded of confined threads, children
// that they fork are not recorded at all, and nothing is when the space is used up.
//
//   expectConfinement();
//   if (RADDLE_REAL(prctl)(PR_SET_SECCOMP, …) == 0) confine(state, false);
//
// Filters that were there when the program began are not looked at: they let it be loaded.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

void expectConfinement();
// The calling thread and those that it creates, or all.
void confine(ThreadState* state, bool all);

}  // namespace raddle::rt
