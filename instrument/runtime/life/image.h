// The process image's own events, and the constructor, fork and exit handlers around them.
#pragma once

#include "instrument/runtime/life/thread_life.h"

namespace raddle::rt {

// True for the one thread that has to write this executed image's start. Registers the handlers.
bool claimImageStart();

void writeImageStart(ThreadState* state, RaddleImageStart how, uint32_t parentImage, uint32_t parentThread);

// Ends the calling thread's and the image's record, once; not in a child that shares our memory.
void endImage(int status);

// quick_exit's handlers are not told the status.
void setQuickExitStatus(int status);

}  // namespace raddle::rt
