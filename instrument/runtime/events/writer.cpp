#include "instrument/runtime/events/writer.h"

#include <string.h>

#include "instrument/runtime/events/governor.h"
#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/events/stack_walk.h"

namespace raddle::rt {

namespace {

constexpr size_t kStackEvent = kSmallEvent * 2 + size_t{kRaddleMaxVarint} * size_t{kRaddleMaxFrames};

struct Frames {
    uintptr_t pcs[kRaddleMaxFrames];
    uint32_t count;
};

// Walked before the event is begun: the fallback may run code that locks and comes back to us.
void walk(ThreadState* state, const CallerFrames& from, Frames& frames, StackCare care = StackCare::quick) {
    scanIfExpected(state);
    frames.count = walkStack(state, from, care, frames.pcs, kRaddleMaxFrames);
}

void putFrames(Writer& writer, const uintptr_t* pcs, uint32_t count) {
    writer.number(count);
    for (uint32_t i = 0; i < count; ++i) writer.number(i == 0 ? pcs[0] : raddleZigzag(pcs[i] - pcs[i - 1]));
}

uint32_t stackSlot(Writer& writer, const Frames& frames) {
    uint64_t hash = frames.count;
    for (uint32_t i = 0; i < frames.count; ++i) hash = (hash ^ frames.pcs[i]) * 0x9e3779b97f4a7c15u;
    hash |= 1;  // never that of an empty slot
    const uint32_t slot = static_cast<uint32_t>(hash >> 40) % kStackSlots;
    if (writer.state->stacks[slot] == hash) return slot;
    writer.state->stacks[slot] = hash;
    *writer.at++ = kRaddleDefineStack;
    writer.number(slot);
    putFrames(writer, frames.pcs, frames.count);
    return slot;
}

}  // namespace

uint32_t defineSite(Writer& writer, uint32_t slot, const Site& where, uintptr_t path) {
    uintptr_t pcs[kSiteFrames] = {where.caller};
    uint32_t count = 1;
    if (where.frame != 0) {
        const CallerFrames from = {reinterpret_cast<void*>(where.caller), reinterpret_cast<void*>(where.frame)};
        count = followFramePointers(writer.state, from, pcs, kSiteFrames);
    }
    writer.state->sites[slot] = {objectKey(where), path};
    *writer.at++ = kRaddleDefineSite;
    writer.number(slot);
    writer.number(where.kind);
    writer.number(where.object);
    putFrames(writer, pcs, count);
    return slot;
}

void defer(ThreadState* state, uint8_t code, uint64_t ticks, const Site& where) {
    // The interrupted code looks at these only when this handler, and those that interrupt it, have returned.
    const uint32_t index = __atomic_fetch_add(&state->attention, 1, __ATOMIC_RELAXED) & kPendingCount;
    if (index < kMostPending)
        state->pending[index] = {ticks, where.object, where.caller, where.kind, code};
    else
        loseInterrupting(state);
}

void attend(ThreadState* state) {
    uint32_t all = 0;
    for (uint32_t seen; (seen = __atomic_load_n(&state->attention, __ATOMIC_RELAXED)) != 0;) {
        const uint32_t count = seen & kPendingCount;
        const uint32_t kept = count < kMostPending ? count : kMostPending;
        Pending taken[kMostPending];
        memcpy(taken, state->pending, kept * sizeof *taken);
        // A handler came in between: its events are to be taken too.
        if (!__atomic_compare_exchange_n(&state->attention, &seen, 0, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            continue;
        all |= seen;
        for (uint32_t i = 0; i < kept; ++i) {
            Writer writer;
            if (!writer.begin(state, kSmallEvent)) continue;
            writeSite(writer, taken[i].code, taken[i].ticks, {taken[i].object, taken[i].caller, 0, taken[i].kind});
            writer.publish();
        }
        if (seen & kLossUnsaid) {
            const uint64_t lost = __atomic_exchange_n(&state->lost, 0, __ATOMIC_RELAXED);
            if (lost > 0) recordNumbers(state, kRaddleDropped, &lost, 1);
        }
        if (seen & kScanWanted) scanModules(state);
    }
    if (all & kTallyWanted) tallyEvent(state);
    if (all & kCheckWanted) checkBudget(state);
    if (state->scansLeft > 0 && --state->scansLeft > 0)
        __atomic_fetch_or(&state->attention, kScanWanted, __ATOMIC_RELAXED);
}

void recordTryFailed(ThreadState* state, uint64_t ticks, const Site& where, int error) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writeSite(writer, kRaddleTryFailed, ticks, where);
    writer.number(static_cast<uint32_t>(error));
    writer.commit();
}

void recordWait(ThreadState* state, uint8_t code, const Site& where, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames);
    state->governor.walkedTicks += now() - ticks;
    expectRelease(state, where.object);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    writeSite(writer, code, ticks, where);
    writer.number(stack);
    writer.commit();
}

void recordConditionWait(ThreadState* state, const Site& condition, const Site& mutex, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames);
    state->governor.walkedTicks += now() - ticks;
    expectRelease(state, mutex.object);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    // The condition's slot is settled first: its definition may take the mutex's.
    siteSlot(writer, condition, pathOf(state, condition));
    const uint32_t mutexSlot = siteSlot(writer, mutex, pathOf(state, mutex));
    writeSite(writer, kRaddleConditionWait, ticks, condition);
    writer.number(mutexSlot);
    writer.number(stack);
    writer.commit();
}

void recordPlainWait(ThreadState* state, uint8_t code, uint64_t operand, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames, code == kRaddleJoinWait ? StackCare::thorough : StackCare::quick);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    writer.op(code, ticks);
    writer.number(operand);
    writer.number(stack);
    writer.commit();
}

void recordWaitEnd(ThreadState* state, int status) {
    const uint64_t ticks = now();
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writer.op(kRaddleWaitEnd, ticks);
    writer.number(static_cast<uint32_t>(status));
    writer.commit();
}

void recordThreadCreate(ThreadState* state, uint32_t serial, void* routine, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames, StackCare::thorough);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    writer.op(kRaddleThreadCreate, ticks);
    writer.number(serial);
    writer.number(reinterpret_cast<uintptr_t>(routine));
    writer.number(stack);
    writer.commit();
}

void recordNumbers(ThreadState* state, uint8_t code, const uint64_t* numbers, int count) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writer.op(code, now());
    for (int i = 0; i < count; ++i) writer.number(numbers[i]);
    writer.commit();
}

void recordName(ThreadState* state, uint64_t handle, const char* name) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent + 16)) return;
    writer.op(kRaddleThreadName, now());
    writer.number(handle);
    writer.string(name, strnlen(name, 15));  // what the kernel keeps
    writer.commit();
}

}  // namespace raddle::rt
