// When threads begin and end to be recorded; also attachSelf() and beginForkedImage() of events/thread_state.h, which
// the first event of a thread or of a forked child leads to. Some microseconds a thread.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// Makes `state` that of the calling thread and writes its ThreadStart. `serial` 0 takes the next one.
void attach(ThreadState* state, uint32_t serial);

// CPU time of the calling thread since its ThreadStart.
void writeThreadExit(ThreadState* state);

// Writes ThreadExit and gives the state back. Later calls of this thread are not recorded.
void detach();

// For a thread that ends the process after it was detached: a state that continues its stream.
ThreadState* reattach();

}  // namespace raddle::rt
