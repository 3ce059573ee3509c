// Writing events. Each function here appends one event (and the definitions it needs) to the thread's chunk
// and commits it, or counts it as lost; none allocates, locks, or touches errno. About 10 ns with a site.
#pragma once

#include "core/wire/varint.h"
#include "instrument/runtime/thread_state.h"

namespace raddle::rt {

inline constexpr size_t kSmallEvent = 96;  // an event with a definition of a site or function, at most

struct Site {
    uintptr_t object;
    uintptr_t caller;
    uint32_t kind;  // enum RaddleObjectKind
};

RADDLE_INLINE Site site(const volatile void* object, uint32_t kind, void* caller) {
    return {reinterpret_cast<uintptr_t>(object), reinterpret_cast<uintptr_t>(caller), kind};
}

// Writer brackets one event: `at` is where it goes; commit() publishes it.
struct Writer {
    ThreadState* state;
    uint8_t* at;

    RADDLE_INLINE bool begin(ThreadState* thread, size_t need) {
        state = thread;
        if (RADDLE_UNLIKELY(thread->writer != 0) && isInterrupting(thread)) return false;
        thread->writer = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
        RADDLE_SIGNAL_FENCE();
        if (RADDLE_UNLIKELY(thread->at + need > thread->limit) && !makeRoom(thread, need)) {
            RADDLE_SIGNAL_FENCE();
            thread->writer = 0;
            return false;
        }
        at = thread->at;
        return true;
    }
    RADDLE_INLINE void op(uint8_t code, uint64_t ticks) {
        *at++ = code;
        uint64_t delta = ticks - state->lastTicks;
        // Clocks of two processors may disagree a little; time within a thread does not run backwards.
        if (RADDLE_UNLIKELY(static_cast<int64_t>(delta) < 0)) delta = 0;
        state->lastTicks += delta;
        number(delta);
    }
    RADDLE_INLINE void number(uint64_t value) {
        if (RADDLE_LIKELY(value < 0x80))
            *at++ = static_cast<uint8_t>(value);
        else
            at = raddlePutVarint(at, value);
    }
    void string(const char* text, size_t length) {
        if (length > kRaddleMaxString) length = kRaddleMaxString;
        number(length);
        __builtin_memcpy(at, text, length);
        at += length;
    }
    RADDLE_INLINE void commit() {
        state->committed += static_cast<uint64_t>(at - state->at) + (uint64_t{1} << 32);
        __atomic_store_n(&state->chunk->committed, state->committed, __ATOMIC_RELEASE);
        state->at = at;
        RADDLE_SIGNAL_FENCE();
        state->writer = 0;
    }
};

RADDLE_INLINE uint32_t hashAddress(uintptr_t value) {
    return static_cast<uint32_t>((value * 0x9e3779b97f4a7c15u) >> 32);
}

// Object and kind in one word: user-space addresses leave the highest byte free.
RADDLE_INLINE uintptr_t objectKey(const Site& where) {
    return where.object ^ (static_cast<uintptr_t>(where.kind) << 56);
}

RADDLE_INLINE uint32_t defineSite(Writer& writer, uint32_t slot, const Site& where) {
    writer.state->sites[slot] = {objectKey(where), where.caller};
    *writer.at++ = kRaddleDefineSite;
    writer.number(slot);
    writer.number(where.kind);
    writer.number(where.object);
    writer.number(1);
    writer.number(where.caller);
    return slot;
}

// The slot of a site, defined if need be. Slots whose number is one byte are given out first and kept.
RADDLE_INLINE uint32_t siteSlot(Writer& writer, const Site& where) {
    const uintptr_t key = objectKey(where);
    const uint32_t hash = hashAddress(key ^ (where.caller << 1));
    const SiteEntry* sites = writer.state->sites;
    const uint32_t small = hash % kSmallSlots;
    if (RADDLE_LIKELY(sites[small].object == key && sites[small].caller == where.caller)) return small;
    if (sites[small].object == 0) return defineSite(writer, small, where);
    const uint32_t large = kSmallSlots + (hash >> 7) % kMoreSites;
    if (RADDLE_LIKELY(sites[large].object == key && sites[large].caller == where.caller)) return large;
    return defineSite(writer, large, where);
}

// An op whose only operand is a site.
RADDLE_INLINE void recordSite(ThreadState* state, uint8_t code, uint64_t ticks, const Site& where) {
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    const uintptr_t key = objectKey(where);
    if (key == state->lastObject && where.caller == state->lastCaller) {
        writer.op(code | RADDLE_SAME_SITE, ticks);
    } else {
        const uint32_t slot = siteSlot(writer, where);
        state->lastObject = key;
        state->lastCaller = where.caller;
        writer.op(code, ticks);
        writer.number(slot);
    }
    writer.commit();
}

// Of a release only the object counts, so any site of it will do.
RADDLE_INLINE void recordRelease(ThreadState* state, uint64_t ticks, const Site& where) {
    Site used = where;
    if (objectKey(where) == state->lastObject) used.caller = state->lastCaller;
    recordSite(state, kRaddleRelease, ticks, used);
}

void recordTryFailed(ThreadState* state, uint64_t ticks, const Site& where, int error);

// The calling frames, from `caller` on, as far as they can be told cheaply and safely.
struct CallerFrames {
    void* caller;
    void* frame;  // __builtin_frame_address(0) of the interposed function
};

void recordWait(ThreadState* state, uint8_t code, const Site& where, const CallerFrames& from);
void recordConditionWait(ThreadState* state, const Site& condition, const Site& mutex, const CallerFrames& from);
// JoinWait and Sleep: a number and a stack.
void recordPlainWait(ThreadState* state, uint8_t code, uint64_t operand, const CallerFrames& from);
void recordWaitEnd(ThreadState* state, int status);

void recordThreadCreate(ThreadState* state, uint32_t serial, void* routine, const CallerFrames& from);
void recordNumbers(ThreadState* state, uint8_t code, const uint64_t* numbers, int count);
void recordName(ThreadState* state, uint64_t handle, const char* name);

}  // namespace raddle::rt

#define RADDLE_CALLER (__builtin_extract_return_addr(__builtin_return_address(0)))
#define RADDLE_FROM (raddle::rt::CallerFrames{RADDLE_CALLER, __builtin_frame_address(0)})
