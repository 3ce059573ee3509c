// Function hooks, called by code built with -finstrument-functions. The open activations are kept with their
// place on the stack, which grows down: one that lies below a later call was left by longjmp or by an exception
// that ran no exit hook.
//
// The place is the address just above the return address, if the function keeps a frame pointer; bit 0 is then
// set. Else it is the stack pointer at the call of the hook, somewhere below that.
#include "instrument/runtime/events/calls.h"
#include "instrument/runtime/events/modules.h"

using namespace raddle::rt;

namespace {

RADDLE_INLINE bool isOwnStack(const ThreadState* state, uintptr_t address) {
    return address >= state->stackLow && address < state->stackHigh;
}

constexpr uintptr_t kExact = 1;

RADDLE_INLINE uintptr_t placeOf(const ThreadState* state, uintptr_t hookFrame, uintptr_t callSite) {
    const auto* frame = reinterpret_cast<const uintptr_t*>(hookFrame);
    const uintptr_t callers = frame[0];
    if (RADDLE_LIKELY(callers > hookFrame && callers + 2 * sizeof(uintptr_t) <= state->stackHigh &&
                      hookFrame >= state->stackLow && callers % sizeof(uintptr_t) == 0) &&
        reinterpret_cast<const uintptr_t*>(callers)[1] == callSite)
        return (callers + 2 * sizeof(uintptr_t)) | kExact;
    return hookFrame + 2 * sizeof(uintptr_t);
}

// Whether `top` cannot be the caller (or what it was inlined into) of what is entered at `place`.
bool isGone(const Activation& top, uintptr_t place, uintptr_t callSite) {
    const uintptr_t topAddress = top.stackAddress & ~kExact;
    const uintptr_t address = place & ~kExact;
    if (topAddress != address) return topAddress < address;
    if ((top.stackAddress & kExact) != (place & kExact)) return (top.stackAddress & kExact) != 0;
    // In one place: inlined into it when both were called from the same site, else its successor.
    return top.callSite != callSite;
}

RADDLE_COLD void leaveGone(ThreadState* state, uintptr_t place, uintptr_t callSite) {
    if (!isOwnStack(state, place)) return;
    uint32_t count = 0;
    while (count < state->depth) {
        const Activation& top = state->activations[state->depth - 1 - count];
        if (!isOwnStack(state, top.stackAddress) || !isGone(top, place, callSite)) break;
        ++count;
    }
    unwindActivations(state, count);
}

// What is exited is not the innermost activation: those above it are gone. By call site, because the exit hook
// may be called when the function's frame has been taken down already.
RADDLE_COLD bool findExited(ThreadState* state, uintptr_t function, uintptr_t callSite) {
    uint32_t found = state->depth;
    for (uint32_t above = state->depth; above-- > 0;) {
        const Activation& candidate = state->activations[state->depth - 1 - above];
        if (candidate.function == function && candidate.callSite == callSite) found = above;
    }
    if (found == state->depth) return false;
    unwindActivations(state, found);
    return true;
}

}  // namespace

// What the hooks do goes on elsewhere as the last thing, so that those of counted calls save nothing.
namespace {

__attribute__((noinline)) void enterWritten(ThreadState* state, uintptr_t function, uintptr_t site, uintptr_t place) {
    if (RADDLE_UNLIKELY(state->writer != 0) && isInterrupting(state)) return loseInterrupting(state);
    if (RADDLE_UNLIKELY(hasCountedOpen(state))) writeCountedCalls(state);
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    const uint32_t slot = functionSlot(writer, function);
    const uint64_t ticks = now();
    writer.op(kRaddleEnter, ticks);
    writer.number(slot);
    if (RADDLE_LIKELY(state->depth < kMaxDepth)) state->activations[state->depth] = {function, site, place, ticks, 0};
    ++state->depth;
    if (RADDLE_UNLIKELY(state->attention & kTallyWanted)) state->governor.lastIsCall = true;
    writer.commit();
}

RADDLE_COLD void enterAfterJump(ThreadState* state, uintptr_t function, uintptr_t site, uintptr_t place) {
    leaveGone(state, place, site);
    if (state->callCounts != nullptr && countCall(state, function, site, place)) return;
    enterWritten(state, function, site, place);
}

RADDLE_COLD void enterFirst(uintptr_t function, uintptr_t site, uintptr_t frame) {
    if (ThreadState* state = attachSelf()) enterWritten(state, function, site, placeOf(state, frame, site));
}

// While the governor looks what to step down.
RADDLE_COLD void exitTallied(ThreadState* state, uintptr_t function) {
    const uint64_t beginTicks = state->depth < kMaxDepth ? state->activations[state->depth].beginTicks : 0;
    state->governor.lastIsCall = true;
    attend(state);
    tallyCall(state, function, state->lastTicks - beginTicks);
}

__attribute__((noinline)) void exitWritten(ThreadState* state, uintptr_t function) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writer.op(kRaddleExit, now());
    --state->depth;
    if (RADDLE_UNLIKELY(state->attention & kTallyWanted)) {
        writer.publish();
        return exitTallied(state, function);
    }
    writer.commit();
}

// Of an activation that is not the innermost.
RADDLE_COLD void exitOther(ThreadState* state, uintptr_t function, uintptr_t site) {
    if (!findExited(state, function, site)) return;
    const Activation& top = state->activations[state->depth - 1];
    if (top.counted != 0) return endCounted(state, top);
    exitWritten(state, function);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void __cyg_profile_func_enter(void* called, void* callSite) {
    const auto function = reinterpret_cast<uintptr_t>(called);
    const auto site = reinterpret_cast<uintptr_t>(callSite);
    const auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    ThreadState* state = t_state;
    if (RADDLE_UNLIKELY(state == nullptr)) return enterFirst(function, site, frame);
    const uintptr_t place = placeOf(state, frame, site);
    if (RADDLE_LIKELY(state->depth - 1 < kMaxDepth) &&
        RADDLE_UNLIKELY(state->activations[state->depth - 1].stackAddress <= (place | kExact)))
        return enterAfterJump(state, function, site, place);
    if (state->callCounts != nullptr && countCall(state, function, site, place)) return;
    enterWritten(state, function, site, place);
}

extern "C" __attribute__((visibility("default"))) void __cyg_profile_func_exit(void* called, void* callSite) {
    ThreadState* state = t_state;
    if (RADDLE_UNLIKELY(!state || state->depth == 0)) return;
    const auto function = reinterpret_cast<uintptr_t>(called);
    if (RADDLE_LIKELY(state->depth <= kMaxDepth)) {
        const Activation& top = state->activations[state->depth - 1];
        const auto site = reinterpret_cast<uintptr_t>(callSite);
        if (RADDLE_UNLIKELY(top.function != function || top.callSite != site)) return exitOther(state, function, site);
        if (top.counted != 0) return endCounted(state, top);
    }
    exitWritten(state, function);
}
