#include "instrument/runtime/events/writer.h"

#include <string.h>

#include "instrument/runtime/events/calls.h"
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

void walk(ThreadState* state, const CallerFrames& from, Frames& frames) {
    scanIfExpected(state);
    if (RADDLE_UNLIKELY(hasCountedOpen(state))) writeCountedCalls(state);
    frames.count = walkStack(state, from, frames.pcs, kRaddleMaxFrames);
}

void putFrames(Writer& writer, const uintptr_t* pcs, uint32_t count) {
    writer.number(count);
    for (uint32_t i = 0; i < count; ++i) writer.number(i == 0 ? pcs[0] : raddleZigzag(pcs[i] - pcs[i - 1]));
}

uint32_t stackSlot(Writer& writer, const Frames& frames) {
    uint64_t hash = frames.count;
    for (uint32_t i = 0; i < frames.count; ++i) hash = (hash << 9 | hash >> 55) ^ frames.pcs[i];
    hash = (hash * 0x9e3779b97f4a7c15u) | 1;  // never that of an empty slot
    const uint32_t slot = static_cast<uint32_t>(hash >> 40) % kStackSlots;
    if (writer.state->stacks[slot] == hash) return slot;
    writer.state->stacks[slot] = hash;
    *writer.at++ = kRaddleDefineStack;
    writer.number(slot);
    putFrames(writer, frames.pcs, frames.count);
    return slot;
}

// Where an object is used from ever new places (an allocator's locks), the places are not worth their definitions.
constexpr uint32_t kFreeDefinitions = 128;
constexpr uint64_t kDefinitionTicks = 150;  // that one takes
constexpr uint32_t kEventsOfDefinition = 32;

SlotOfSite defineSite(ThreadState* state, uint8_t* at, uint32_t slot, uintptr_t caller, const SiteKey& key) {
    uintptr_t pcs[kSiteFrames] = {caller};
    uint32_t count = 1;
    SiteEntry& entry = state->sites[slot];
    entry = {key.object, key.path, 0, {}};
    if (key.frame != 0) {
        // What is not the place of a caller's return address is the caller's, which is the same anyway.
        for (uint16_t& place : entry.callerAt) place = 1;
        Registers from = registersOf({reinterpret_cast<void*>(caller), reinterpret_cast<void*>(key.frame)});
        for (uintptr_t place; count < kSiteFrames && stepOut(state, &from, &place); ++count) {
            const uintptr_t offset = (place - key.frame) / sizeof(uintptr_t);
            if (offset > UINT16_MAX) break;
            entry.callerAt[count - 1] = static_cast<uint16_t>(offset);
            pcs[count] = from.pc;
        }
        entry.callers = callersOf(entry, key.frame);
    }
    Writer writer = {state, at};
    *writer.at++ = kRaddleDefineSite;
    state->governor.walkedTicks += kDefinitionTicks;
    writer.number(slot);
    writer.number(key.object >> kKindBit);
    writer.number(key.object & ((uintptr_t{1} << kKindBit) - 1));
    putFrames(writer, pcs, count);
    if (++state->definitions > kFreeDefinitions + (state->committed >> 32) / kEventsOfDefinition) state->siteSpan = 0;
    return {writer.at, slot};
}

}  // namespace

// Slots whose number is one byte are given out first and kept.
SlotOfSite siteSlot(ThreadState* state, uint8_t* at, uintptr_t object, uintptr_t caller, uintptr_t frame) {
    SiteKey key = siteKey(state, object, caller, frame);
    const SiteEntry* sites = state->sites;
    const uint32_t hash = hashAddress(key.object ^ (key.path << 1));
    const uint32_t small = hash % kSmallSlots;
    uint64_t callers = 0;
    if (RADDLE_LIKELY(isSite(sites[small], key, &callers))) return {at, small};
    if (sites[small].object == 0) return defineSite(state, at, small, caller, key);
    uint32_t large = kSmallSlots + (hash >> 7) % kMoreSites;
    if (callers == 0 && isSite(sites[large], key, &callers)) return {at, large};
    if (callers != 0) {
        key.path ^= callers;
        large = kSmallSlots + hashAddress(key.object ^ (key.path << 1)) % kMoreSites;
        if (isSite(sites[large], key, &callers)) return {at, large};
    }
    return defineSite(state, at, large, caller, key);
}

uint8_t* putLargeNumber(uint8_t* at, uint64_t value) {
    return raddlePutVarint(at, value);
}

void defer(ThreadState* state, uint8_t code, uint64_t ticks, Site where) {
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

void recordTryFailed(ThreadState* state, uint64_t ticks, Site where, int error) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writeSite(writer, kRaddleTryFailed, ticks, where);
    writer.number(static_cast<uint32_t>(error));
    writer.commit();
}

void recordWait(ThreadState* state, uint8_t code, Site where, CallerFrames from) {
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

void recordConditionWait(ThreadState* state, Site condition, Site mutex, CallerFrames from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames);
    state->governor.walkedTicks += now() - ticks;
    expectRelease(state, mutex.object);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    // The condition's slot is settled first: its definition may take the mutex's.
    writer.at = siteSlot(state, writer.at, objectKey(condition), condition.caller, condition.frame).at;
    const SlotOfSite mutexSlot = siteSlot(state, writer.at, objectKey(mutex), mutex.caller, mutex.frame);
    writer.at = mutexSlot.at;
    writeSite(writer, kRaddleConditionWait, ticks, condition);
    writer.number(mutexSlot.slot);
    writer.number(stack);
    writer.commit();
}

void recordPlainWait(ThreadState* state, uint8_t code, uint64_t operand, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    writer.op(code, ticks);
    writer.number(operand);
    writer.number(stack);
    writer.commit();
}

void recordIoWait(ThreadState* state, uint32_t kind, int fd, uint64_t ticks, CallerFrames from) {
    Frames frames;
    const uint64_t begin = now();
    walk(state, from, frames);
    state->governor.walkedTicks += now() - begin;
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    writer.op(kRaddleIoWait, ticks);
    writer.number(kind);
    writer.number(static_cast<uint32_t>(fd + 1));
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
    walk(state, from, frames);
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
