#include "instrument/runtime/events/calls.h"

#include "instrument/runtime/events/governor.h"

namespace raddle::rt {

namespace {

constexpr uint64_t kWrittenCallNs = 40;
// Ticks are taken for nanoseconds, which they are to a factor of two.
constexpr uint64_t kMostTicks = 1000;     // of a call when it is stepped down
constexpr uint64_t kClosedFrom = 8000;    // calls that take so long on average are worth their events …
constexpr uint64_t kInterrupted = 64000;  // what takes so long was not running all the time: nothing to scale up
constexpr uint32_t kTimedToClose = 64;    // … after so many
constexpr uint32_t kTimedPerCheck = 4096;

// What recording adds to a call that is timed: to the call itself, and for each that is counted within it.
struct Cost {
    uint64_t ofTimed;
    uint64_t ofCountedTimes256;
};
// Nothing until it is known; of threads that measure it at the same time, the first to be done says what it is.
Cost g_cost;
bool g_isCostTold, g_isCostKnown;

// With calls of a function that there is not, in a row that is not used yet.
void measureCost(ThreadState* state, RaddleCallCount* row, uintptr_t caller) {
    constexpr uint64_t kRounds = 16;  // one of which is not interrupted
    constexpr uint64_t kCalls = 128;
    constexpr uintptr_t kNoFunction = 1;
    if (__atomic_load_n(&g_isCostKnown, __ATOMIC_ACQUIRE)) return;
    RaddleCallCount* const probe = callRowIn(state->callCounts, caller, kNoFunction);
    if (probe != row && probe->function != 0) return;
    Cost least = {UINT64_MAX, UINT64_MAX};
    for (uint64_t round = 0; round < kRounds; ++round) {
        *probe = {};
        probe->caller = caller;
        probe->function = kNoFunction;
        const uint64_t begin = now();
        for (uint64_t i = 0; i < kCalls; ++i)
            if (countCall(state, kNoFunction, 0, state->stackLow))
                endCounted(state, state->activations[state->depth - 1]);
        const uint64_t counted = (now() - begin) * 256 / kCalls;
        const uint64_t timed = probe->timed ? probe->timedTicks / probe->timed : UINT64_MAX;
        if (counted < least.ofCountedTimes256) least.ofCountedTimes256 = counted;
        if (timed < least.ofTimed) least.ofTimed = timed;
    }
    if (least.ofTimed == UINT64_MAX) least.ofTimed = 0;
    *probe = {};
    if (__atomic_exchange_n(&g_isCostTold, true, __ATOMIC_ACQ_REL)) return;
    __atomic_store_n(&g_cost.ofTimed, least.ofTimed, __ATOMIC_RELAXED);
    __atomic_store_n(&g_cost.ofCountedTimes256, least.ofCountedTimes256, __ATOMIC_RELAXED);
    __atomic_store_n(&g_isCostKnown, true, __ATOMIC_RELEASE);
}

bool isWithinItself(const ThreadState* state, uintptr_t function) {
    for (uint32_t i = 0; i < state->depth; ++i)
        if (state->activations[i].function == function) return true;
    return false;
}

// Also of what was stepped down when all is written again for a while.
RaddleCallCount* tableRow(const ThreadState* state, uintptr_t caller, uintptr_t function) {
    return callRowIn(static_cast<RaddleCallCount*>(rowsOf(state->governor.callRegion)), caller, function);
}

// The innermost activations that are counted.
uint32_t countedOpen(const ThreadState* state) {
    uint32_t count = 0;
    if (state->depth > kMaxDepth) return 0;
    while (count < state->depth && state->activations[state->depth - 1 - count].counted != 0) ++count;
    return count;
}

uint64_t mostTicks() {
    const uint64_t worthAnEvent = kWrittenCallNs * 1000 / g_session.header->budget;
    return worthAnEvent < kMostTicks ? worthAnEvent : kMostTicks;
}

void stepDown(ThreadState* state, uintptr_t caller, uintptr_t function) {
    if (!claimCallCounts(state)) return;
    RaddleCallCount* row = callRowIn(state->callCounts, caller, function);
    if (row->function != 0) return;  // other calls of the row were first
    measureCost(state, row, caller);
    row->caller = caller;
    __atomic_store_n(&row->function, function, __ATOMIC_RELEASE);
}

}  // namespace

void tallyCall(ThreadState* state, uintptr_t function, uint64_t ticks) {
    if (state->governor.tallyLeft == 0 || ticks > mostTicks() || state->depth >= kMaxDepth) return;
    const uintptr_t caller = functionAt(state, state->depth);
    if (isSeenAgain(state, function ^ (caller << 16))) stepDown(state, caller, function);
}

void beginTimed(ThreadState* state, uint32_t depth) {
    planNextTimed(state);
    Activation& top = state->activations[depth];
    top.counted = 1 + countedCalls(state);
    top.beginTicks = nowInOrder();
}

void endTimed(ThreadState* state, const Activation& top) {
    const uint64_t end = nowInOrder();
    --state->depth;
    const uintptr_t caller = functionAt(state, state->depth);
    RaddleCallCount* row = tableRow(state, caller, top.function);
    if (row->function != top.function || row->caller != caller) return;
    const uint64_t within = countedCalls(state) + 1 - top.counted;
    const uint64_t own = __atomic_load_n(&g_cost.ofTimed, __ATOMIC_RELAXED) +
                         (within * __atomic_load_n(&g_cost.ofCountedTimes256, __ATOMIC_RELAXED) >> 8);
    const uint64_t ticks = end - top.beginTicks > own ? end - top.beginTicks - own : 0;
    if (ticks > kInterrupted) return;
    ++row->timed;
    row->timedTicks += ticks;
    if (!isWithinItself(state, top.function)) row->outerTicks += ticks;
    if (row->timed >= kTimedToClose && row->timedTicks / row->timed > kClosedFrom) row->caller |= RADDLE_CALLER_CLOSED;
    if (++state->governor.timedCalls % kTimedPerCheck == 0) checkBudget(state);
}

void writeCountedCalls(ThreadState* state) {
    if (state->writer != 0) return;
    for (uint32_t i = state->depth - countedOpen(state); i < state->depth; ++i) {
        Activation& open = state->activations[i];
        RaddleCallCount* row = tableRow(state, functionAt(state, i), open.function);
        open.counted = 0;
        Writer writer;
        if (!writer.begin(state, kSmallEvent)) continue;
        if (row->function == open.function) ++row->written;
        const uint32_t slot = functionSlot(writer, open.function);
        writer.op(kRaddleEnter, now());
        writer.number(slot);
        writer.publish();
        open.beginTicks = state->lastTicks;
    }
}

void unwindActivations(ThreadState* state, uint32_t count) {
    const uint32_t open = countedOpen(state);
    const uint32_t counted = count < open ? count : open;
    state->depth -= counted;
    count -= counted;
    Writer writer;
    if (count == 0 || !writer.begin(state, kSmallEvent)) return;
    writer.op(kRaddleUnwind, now());
    writer.number(count);
    writer.commit();
    state->depth -= count;
}

}  // namespace raddle::rt
