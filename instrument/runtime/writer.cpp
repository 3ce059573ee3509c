#include "instrument/runtime/writer.h"

#include <string.h>

#include "instrument/runtime/stack_walk.h"

namespace raddle::rt {

namespace {

constexpr size_t kStackEvent = kSmallEvent * 2 + size_t{kRaddleMaxVarint} * size_t{kRaddleMaxFrames};

struct Frames {
    uintptr_t pcs[kRaddleMaxFrames];
    uint32_t count;
};

// Walked before the event is begun: the fallback may run code that locks and comes back to us.
void walk(ThreadState* state, const CallerFrames& from, Frames& frames) {
    frames.count = walkStack(state, from, frames.pcs, kRaddleMaxFrames);
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
    writer.number(frames.count);
    for (uint32_t i = 0; i < frames.count; ++i)
        writer.number(i == 0 ? frames.pcs[0] : raddleZigzag(frames.pcs[i] - frames.pcs[i - 1]));
    return slot;
}

// The site operand of an event that has more operands.
void putSite(Writer& writer, uint8_t code, uint64_t ticks, const Site& where, uint32_t slot) {
    ThreadState* state = writer.state;
    const uintptr_t key = objectKey(where);
    if (key == state->lastObject && where.caller == state->lastCaller) {
        writer.op(code | RADDLE_SAME_SITE, ticks);
        return;
    }
    state->lastObject = key;
    state->lastCaller = where.caller;
    writer.op(code, ticks);
    writer.number(slot);
}

}  // namespace

void recordTryFailed(ThreadState* state, uint64_t ticks, const Site& where, int error) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    putSite(writer, kRaddleTryFailed, ticks, where, siteSlot(writer, where));
    writer.number(static_cast<uint32_t>(error));
    writer.commit();
}

void recordWait(ThreadState* state, uint8_t code, const Site& where, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    putSite(writer, code, ticks, where, siteSlot(writer, where));
    writer.number(stack);
    writer.commit();
}

void recordConditionWait(ThreadState* state, const Site& condition, const Site& mutex, const CallerFrames& from) {
    const uint64_t ticks = now();
    Frames frames;
    walk(state, from, frames);
    Writer writer;
    if (!writer.begin(state, kStackEvent)) return;
    const uint32_t stack = stackSlot(writer, frames);
    uint32_t mutexSlot = siteSlot(writer, mutex);
    const uint32_t conditionSlot = siteSlot(writer, condition);
    // Both in one slot: the second definition took it, so the mutex gets another.
    if (conditionSlot == mutexSlot) mutexSlot = defineSite(writer, kSmallSlots + (mutexSlot + 1) % kMoreSites, mutex);
    putSite(writer, kRaddleConditionWait, ticks, condition, conditionSlot);
    writer.number(mutexSlot);
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
