// The calling frames of an interposed function. By frame pointers within the thread's own stack, about 1 ns a
// frame; where that yields only the caller, by the program's own unwinder if it has one loaded (microseconds).
// Never reads outside the thread's stack, never allocates.
#pragma once

#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

// Threads are created and joined through libraries without frame pointers, and rarely: there the unwinder is
// worth its time.
enum class StackCare { quick, thorough };

// Fills `pcs`, innermost first, with at least the caller; returns how many.
uint32_t walkStack(ThreadState* state, const CallerFrames& from, StackCare care, uintptr_t* pcs, uint32_t capacity);

// Takes the unwinder that the program has loaded, once it has.
void findUnwinder();

// By frame pointers only.
uint32_t followFramePointers(ThreadState* state, const CallerFrames& from, uintptr_t* pcs, uint32_t capacity);

}  // namespace raddle::rt
