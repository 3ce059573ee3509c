// Programs built with Clang's -fxray-instrument: their functions begin and end with room for a call, which XRay's
// runtime fills in when it is told to (llvm.org/docs/XRay.html). That is done when recording begins, so that such a
// program records each call and costs next to nothing otherwise, and undone when a process is detached from.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// Nothing happens in a program without XRay; a note says so when its runtime cannot be found.
void patchXray(ThreadState* state);
void unpatchXray();

}  // namespace raddle::rt
