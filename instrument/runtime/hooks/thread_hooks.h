// What pthread_create and thrd_create share: the new thread's state is made, and its serial recorded, by the
// creator, and handed over as the argument of the thread.
#pragma once

#include "instrument/runtime/events/writer.h"
#include "instrument/runtime/life/thread_life.h"

namespace raddle::rt {

// Records the creation; null when there is no memory for it. `stackSize` 0 stands for the default.
ThreadState* prepareThread(ThreadState* creator, void* routine, size_t stackSize, const CallerFrames& from);

// The creation failed.
void abandonThread(ThreadState* creator, ThreadState* child, int error);

}  // namespace raddle::rt
