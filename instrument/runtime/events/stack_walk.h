// The calling frames of an interposed function, or of where a signal interrupted its thread. On x86-64 by the unwind
// tables of the program (unwind/frame_rules.h), whose answers are kept by instruction: some 4 ns a frame once they are
// known; where there is no table, and on AArch64, whose code keeps frame pointers, by these. Within the thread's own
// stack only. Async-signal-safe; never allocates or locks.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// The calling frames of an interposed function, as far as the function itself can tell: `caller` on.
struct CallerFrames {
    void* caller;
    void* frame;  // __builtin_frame_address(0) of the interposed function
};

// Where a walk is: an instruction, and the registers that lead to its caller.
struct Registers {
    uintptr_t pc;
    uintptr_t stack;
    uintptr_t frame;
    bool isCall;  // `pc` is a return address
};

// One step out. `place` is where on the stack the new pc, a return address, is kept. False at the end, and where the
// way is not known.
bool stepOut(const ThreadState* state, Registers* at, uintptr_t* place);

// What an interposed function's caller had when it called. Not to be walked when `frame` is not on the thread's stack.
inline Registers registersOf(const CallerFrames& from) {
    const auto* frame = static_cast<const uintptr_t*>(from.frame);
    return {reinterpret_cast<uintptr_t>(from.caller), reinterpret_cast<uintptr_t>(frame + 2), frame[0], true};
}

inline bool isOnStack(const ThreadState* state, uintptr_t address) {
    return address >= state->stackLow && address < state->stackHigh;
}

// Fills `pcs`, innermost first, with at least the first; returns how many.
uint32_t walkStack(const ThreadState* state, const CallerFrames& from, uintptr_t* pcs, uint32_t capacity);
uint32_t walkStack(const ThreadState* state, Registers from, uintptr_t* pcs, uint32_t capacity);

// Forgets what was known about code that is not there any more.
void forgetCode(uintptr_t first, uintptr_t end);

}  // namespace raddle::rt
