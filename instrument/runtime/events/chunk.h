// Chunks of the calling thread: the stretches of the file that its events go to. A chunk begins with empty
// dictionaries, so that each can be read alone. What is here happens once in some kilobytes of events, and is
// async-signal-safe.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// Makes `memory` the thread's chunk; the one before is left as it is.
void beginChunk(ThreadState* state, uint8_t* memory, uint64_t size);

// Cuts the chunk of a thread that ended, so that the next user of the state can go on behind it.
void cutChunk(ThreadState* state);

// Finds room for an event of `need` bytes: begins a chunk, writes what was lost. False when there is none;
// the event is then counted as lost.
bool makeRoom(ThreadState* state, size_t need);

// An event comes while another is being written: from a signal handler, or because a handler left that write
// for good by longjmp (then the write is forgotten and this is false).
bool isInterrupting(const ThreadState* state);

// The event being recorded cannot be written: there is no space (the next chunk says so) …
void loseForSpace(ThreadState* state);
// … or another one is being written (a Dropped event behind that says so).
void loseInterrupting(ThreadState* state);

}  // namespace raddle::rt
