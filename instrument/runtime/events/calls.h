// Calls of functions: events of each, or counts. Functions that are called so often, and return so soon, that writing
// each call would exceed the budget are counted: exactly, by caller and function, in a table in the file, and one call
// in about 16, at random, is timed. About 4 ns a call instead of 20.
//
// The innermost open activations may be counted ones. Before an event that has to be seen inside them (a call that is
// not counted, a wait) they get their events after all, as if they had begun then.
#pragma once

#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

inline constexpr uint32_t kTimedOneIn = 16;

// After a call that was written, while the thread is over its budget: counts this caller's calls of the function from
// now on, if they are short and this is not the first.
void tallyCall(ThreadState* state, uintptr_t function, uint64_t ticks);

// Events for the open activations that are only counted.
void writeCountedCalls(ThreadState* state);

// One that is timed, the innermost but for `depth` others, has begun.
void beginTimed(ThreadState* state, uint32_t depth);

// A counted one that is timed ends.
void endTimed(ThreadState* state, const Activation& top);

// The innermost `count` activations were left by a jump.
void unwindActivations(ThreadState* state, uint32_t count);

RADDLE_INLINE uint32_t defineFunction(Writer& writer, uint32_t slot, uintptr_t function) {
    writer.state->functions[slot] = function;
    *writer.at++ = kRaddleDefineFunction;
    writer.number(slot);
    writer.number(function);
    return slot;
}

RADDLE_INLINE uint32_t functionSlot(Writer& writer, uintptr_t function) {
    const uint32_t hash = hashAddress(function);
    const uintptr_t* functions = writer.state->functions;
    const uint32_t small = hash % kSmallSlots;
    if (RADDLE_LIKELY(functions[small] == function)) return small;
    if (functions[small] == 0) return defineFunction(writer, small, function);
    const uint32_t large = kSmallSlots + (hash >> 7) % kMoreFunctions;
    if (RADDLE_LIKELY(functions[large] == function)) return large;
    return defineFunction(writer, large, function);
}

RADDLE_INLINE RaddleCallCount* callRowIn(RaddleCallCount* rows, uintptr_t caller, uintptr_t function) {
    static_assert(kRaddleCallRows == 1024 && sizeof(RaddleCallCount) == 64);
    return &rows[((function + 3 * caller) * 0x9e3779b97f4a7c15u) >> 54];
}

// Of the innermost activation of the `depth` outermost ones.
RADDLE_INLINE uintptr_t functionAt(const ThreadState* state, uint32_t depth) {
    return depth > 0 ? state->activations[depth - 1].function : 0;
}

RADDLE_INLINE uint64_t countedCalls(const ThreadState* state) {
    return state->plannedCalls - state->untimedLeft;
}

// Which calls are timed is random, so that what a program does every so many calls is met like all else.
inline void planNextTimed(ThreadState* state) {
    state->timing = state->timing * 1664525u + 1013904223u;
    state->untimedLeft = 1 + (state->timing >> 16) % (2 * kTimedOneIn - 1);
    state->plannedCalls += state->untimedLeft;
}

RADDLE_INLINE bool hasCountedOpen(const ThreadState* state) {
    return state->depth - 1 < kMaxDepth && state->activations[state->depth - 1].counted != 0;
}

// False: the call is to be written.
RADDLE_INLINE bool countCall(ThreadState* state, uintptr_t function, uintptr_t callSite, uintptr_t place) {
    const uint32_t depth = state->depth;
    if (RADDLE_UNLIKELY(depth >= kMaxDepth) || RADDLE_UNLIKELY(state->writer != 0)) return false;
    const uintptr_t caller = functionAt(state, depth);
    RaddleCallCount* row = callRowIn(state->callCounts, caller, function);
    if (RADDLE_UNLIKELY(row->function != function) || RADDLE_UNLIKELY(row->caller != caller)) return false;
    // What a signal handler calls meanwhile is not recorded.
    state->writer = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    RADDLE_SIGNAL_FENCE();
    ++row->calls;
    Activation& top = state->activations[depth];
    top.function = function;
    top.callSite = callSite;
    top.stackAddress = place;
    top.beginTicks = 0;
    top.counted = 1;
    state->depth = depth + 1;
    RADDLE_SIGNAL_FENCE();
    state->writer = 0;
    if (RADDLE_UNLIKELY(--state->untimedLeft == 0)) beginTimed(state, depth);
    return true;
}

// `top`, the innermost activation, is a counted one and ends.
RADDLE_INLINE void endCounted(ThreadState* state, const Activation& top) {
    if (RADDLE_UNLIKELY(top.beginTicks != 0)) return endTimed(state, top);
    --state->depth;
}

}  // namespace raddle::rt
