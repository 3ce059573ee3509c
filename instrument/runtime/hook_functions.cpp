// Function hooks, called by code built with -finstrument-functions. The open activations are kept with their
// stack addresses: stacks grow down, so an activation below the address of a later call was left by longjmp or
// by an exception that ran no exit hook.
#include "instrument/runtime/modules.h"
#include "instrument/runtime/writer.h"

using namespace raddle::rt;

namespace {

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

RADDLE_INLINE bool isOwnStack(const ThreadState* state, uintptr_t address) {
    return address >= state->stackLow && address < state->stackHigh;
}

// Takes `count` activations off, here and in the recording.
RADDLE_COLD void unwindActivations(ThreadState* state, uint32_t count) {
    Writer writer;
    if (count == 0 || !writer.begin(state, kSmallEvent)) return;
    writer.op(kRaddleUnwind, now());
    writer.number(count);
    writer.commit();
    state->depth -= count;
}

// How many innermost activations lie below `address` on the thread's own stack, so are gone.
RADDLE_COLD uint32_t countGone(const ThreadState* state, uintptr_t address, uintptr_t callSite) {
    if (!isOwnStack(state, address)) return 0;
    uint32_t count = 0;
    while (count < state->depth) {
        const Activation& top = state->activations[state->depth - 1 - count];
        if (!isOwnStack(state, top.stackAddress) || top.stackAddress > address) break;
        // At the same address: inlined into the caller when it has the same call site, else its successor.
        if (top.stackAddress == address && top.callSite == callSite) break;
        ++count;
    }
    return count;
}

// The activation that an exit ends is not the innermost: what lies above it is gone.
RADDLE_COLD bool findExited(ThreadState* state, uintptr_t function, uintptr_t address) {
    uint32_t fallback = state->depth;
    for (uint32_t above = 0; above < state->depth; ++above) {
        const Activation& candidate = state->activations[state->depth - 1 - above];
        if (candidate.function != function) continue;
        if (candidate.stackAddress >= address) {
            unwindActivations(state, above);
            return true;
        }
        if (fallback == state->depth) fallback = above;
    }
    if (fallback == state->depth) return false;
    unwindActivations(state, fallback);
    return true;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void __cyg_profile_func_enter(void* function, void* callSite) {
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return;
    const auto address = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    const auto site = reinterpret_cast<uintptr_t>(callSite);
    if (RADDLE_LIKELY(state->depth > 0 && state->depth <= kMaxDepth) &&
        RADDLE_UNLIKELY(state->activations[state->depth - 1].stackAddress <= address))
        unwindActivations(state, countGone(state, address, site));
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    const uint32_t slot = functionSlot(writer, reinterpret_cast<uintptr_t>(function));
    writer.op(kRaddleEnter, now());
    writer.number(slot);
    if (RADDLE_LIKELY(state->depth < kMaxDepth))
        state->activations[state->depth] = {reinterpret_cast<uintptr_t>(function), site, address};
    ++state->depth;
    writer.commit();
}

extern "C" __attribute__((visibility("default"))) void __cyg_profile_func_exit(void* function, void*) {
    ThreadState* state = t_state;
    if (RADDLE_UNLIKELY(!state || state->depth == 0)) return;
    if (RADDLE_LIKELY(state->depth <= kMaxDepth)) {
        const auto address = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
        const Activation& top = state->activations[state->depth - 1];
        const auto exited = reinterpret_cast<uintptr_t>(function);
        if (RADDLE_UNLIKELY(top.function != exited || top.stackAddress < address) &&
            !findExited(state, exited, address))
            return;
    }
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writer.op(kRaddleExit, now());
    --state->depth;
    writer.commit();
}
