#include "instrument/runtime/events/calls.h"

#include "instrument/runtime/events/governor.h"

namespace raddle::rt {

namespace {

constexpr uint64_t kWrittenCallNs = 40;
// Ticks are taken for nanoseconds, which they are to a factor of two.
constexpr uint64_t kMostTicks = 1000;    // of a call when it is stepped down
constexpr uint64_t kClosedFrom = 8000;   // calls that take so long on average are worth their events …
constexpr uint32_t kTimedToClose = 64;   // … after so many
constexpr uint32_t kTimedPerCheck = 4096;

// What recording adds to a call that is timed: to the call itself, and for each that is counted within it.
struct Cost {
    uint64_t ofTimed;
    uint64_t ofCountedTimes256;
    bool isKnown;
};
Cost g_cost;  // whoever finds it unknown measures the same

// With calls of a function that there is not, in a row that is not used yet.
void measureCost(ThreadState* state, RaddleCallCount* row, uintptr_t caller) {
    constexpr uint64_t kCalls = 1024;
    constexpr uintptr_t kNoFunction = 1;
    if (__atomic_load_n(&g_cost.isKnown, __ATOMIC_ACQUIRE)) return;
    RaddleCallCount* const rows = state->callCounts;
    RaddleCallCount* const probe = callRowIn(rows, caller, kNoFunction);
    if (probe != row && probe->function != 0) return;
    probe->caller = caller;
    probe->function = kNoFunction;
    uint64_t begin = 0;
    for (uint64_t i = 0; i < 2 * kCalls; ++i) {
        if (i == kCalls) begin = now();
        if (countCall(state, kNoFunction, 0, state->stackLow)) endCounted(state);
    }
    const uint64_t counted = (now() - begin) * 256 / kCalls;
    g_cost.ofTimed = probe->timed ? probe->timedTicks / probe->timed : 0;
    g_cost.ofCountedTimes256 = counted;
    *probe = {};
    __atomic_store_n(&g_cost.isKnown, true, __ATOMIC_RELEASE);
}

bool isWithinItself(const ThreadState* state, uintptr_t function) {
    for (uint32_t i = 0; i + 1 < state->depth; ++i)
        if (state->activations[i].function == function) return true;
    return false;
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

void timeCounted(ThreadState* state, const Activation& top) {
    const uint64_t end = now();
    auto* rows = reinterpret_cast<RaddleCallCount*>(rowsOf(state->governor.callRegion));
    const uintptr_t caller = functionAt(state, state->depth - 1);
    RaddleCallCount* row = callRowIn(rows, caller, top.function);
    if (row->function != top.function || row->caller != caller) return;
    const uint64_t within = countedCalls(state) - top.countedBefore;
    const uint64_t own = g_cost.ofTimed + (within * g_cost.ofCountedTimes256 >> 8);
    const uint64_t ticks = end - top.beginTicks > own ? end - top.beginTicks - own : 0;
    ++row->timed;
    row->timedTicks += ticks;
    if (!isWithinItself(state, top.function)) row->outerTicks += ticks;
    if (row->timed >= kTimedToClose && row->timedTicks / row->timed > kClosedFrom) row->caller |= RADDLE_CALLER_CLOSED;
    if (++state->governor.timedCalls % kTimedPerCheck == 0) checkBudget(state);
}

void writeCountedCalls(ThreadState* state) {
    if (state->writer != 0) return;
    for (uint32_t i = state->depth - state->counted; i < state->depth; ++i) {
        Activation& open = state->activations[i];
        auto* rows = reinterpret_cast<RaddleCallCount*>(rowsOf(state->governor.callRegion));
        RaddleCallCount* row = callRowIn(rows, functionAt(state, i), open.function);
        Writer writer;
        if (!writer.begin(state, kSmallEvent)) continue;
        if (row->function == open.function) ++row->written;
        const uint32_t slot = functionSlot(writer, open.function);
        writer.op(kRaddleEnter, now());
        writer.number(slot);
        writer.publish();
        open.beginTicks = state->lastTicks;
    }
    state->counted = 0;
}

void unwindActivations(ThreadState* state, uint32_t count) {
    const uint32_t counted = count < state->counted ? count : state->counted;
    state->counted -= counted;
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
