// The ring: when only the last part of a recording is wanted, a thread writes its next chunk over the oldest of its
// own (and of those threads whose state it took over) once all in it is older than what is to be kept. No thread
// looks at another's, so nothing is locked. Chunks that say what the whole image needs (its start, its modules) are
// never written over. Off the hot path: all of this is done when a chunk is full.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// A state's chunk goes on to another region: remembers this one, which is released, and gives it up for later use.
void retireRegion(ThreadState* state);

// Space for the next chunk: zeroed, mapped, old enough; or, if `anyAge`, just the oldest. No memory: there is none.
Region reuseRegion(ThreadState* state, bool anyAge);

// So many regions are remembered that larger ones should be claimed.
bool wantsLargerChunks(const ThreadState* state);

// What is written from here on is never written over …
void beginKept(ThreadState* state);
// … up to here.
void endKept(ThreadState* state);

}  // namespace raddle::rt
