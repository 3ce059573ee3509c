// Writing events. Each function here appends one event (and the definitions it needs) to the thread's chunk
// and commits it, or counts it as lost; none allocates, locks, or touches errno. About 10 ns with a site.
#pragma once

#include "core/wire/varint.h"
#include "instrument/runtime/events/chunk.h"

namespace raddle::rt {

inline constexpr size_t kSmallEvent = 160;  // an event with a definition of a site or function, at most

// The calling frames of an interposed function, as far as they can be told cheaply and safely: `caller` on.
struct CallerFrames {
    void* caller;
    void* frame;  // __builtin_frame_address(0) of the interposed function
};

// Where in the program something is done to an object.
struct Site {
    uintptr_t object;
    uintptr_t caller;
    uintptr_t frame;  // of the interposed function, for the frames above `caller`; 0: they are not wanted
    uint32_t kind;    // enum RaddleObjectKind
};

RADDLE_INLINE Site site(const volatile void* object, uint32_t kind, void* caller) {
    return {reinterpret_cast<uintptr_t>(object), reinterpret_cast<uintptr_t>(caller), 0, kind};
}

// Of acquisitions, where the caller alone is often a wrapper (std::mutex::lock, a project's own class).
RADDLE_INLINE Site site(const volatile void* object, uint32_t kind, const CallerFrames& from) {
    return {reinterpret_cast<uintptr_t>(object), reinterpret_cast<uintptr_t>(from.caller),
            reinterpret_cast<uintptr_t>(from.frame), kind};
}

// After an event: writes what signal handlers left or lost meanwhile, and looks for new modules if wanted.
void attend(ThreadState* state);
void defer(ThreadState* state, uint8_t code, uint64_t ticks, const Site& where);

// Writer brackets one event: `at` is where it goes; commit() publishes it.
struct Writer {
    ThreadState* state;
    uint8_t* at;

    RADDLE_INLINE bool begin(ThreadState* thread, size_t need) {
        state = thread;
        if (RADDLE_UNLIKELY(thread->writer != 0) && isInterrupting(thread)) {
            loseInterrupting(thread);
            return false;
        }
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
        publish();
        if (RADDLE_UNLIKELY(state->attention != 0)) attend(state);
    }
    RADDLE_INLINE void publish() {
        advance();
        RADDLE_SIGNAL_FENCE();
        state->writer = 0;
    }
    RADDLE_INLINE void advance() {
        state->committed += static_cast<uint64_t>(at - state->at) + (uint64_t{1} << 32);
        __atomic_store_n(&state->chunk->committed, state->committed, __ATOMIC_RELEASE);
        state->at = at;
    }
};

RADDLE_INLINE uint32_t hashAddress(uintptr_t value) {
    return static_cast<uint32_t>((value * 0x9e3779b97f4a7c15u) >> 32);
}

// Object and kind in one word: user-space addresses leave the highest byte free.
RADDLE_INLINE uintptr_t objectKey(const Site& where) {
    return where.object ^ (static_cast<uintptr_t>(where.kind) << 56);
}

inline constexpr int kSiteFrames = 6;

// Stands for the frames of a site: what frame pointers lead to within the thread's own stack, mixed into one
// word. Code without them ends the walk at once or makes it see something else that is in the stack: that
// costs a definition, in which only code is listed.
RADDLE_INLINE uintptr_t pathOf(const ThreadState* state, const Site& where) {
    uintptr_t path = where.caller;
    if (where.frame - state->stackLow >= state->stackHigh - state->stackLow) return path;
    uintptr_t frame = where.frame;
    for (int i = 1; i < kSiteFrames; ++i) {
        const uintptr_t next = *reinterpret_cast<const uintptr_t*>(frame);
        if (next <= frame || next > state->stackHigh - 2 * sizeof(uintptr_t) || next % sizeof(uintptr_t) != 0) break;
        frame = next;
        path = (path << 9 | path >> 55) ^ reinterpret_cast<const uintptr_t*>(frame)[1];
    }
    return path;
}

// Writes the definition of a site into a slot; returns the slot.
uint32_t defineSite(Writer& writer, uint32_t slot, const Site& where, uintptr_t path);

// The slot of a site, defined if need be. Slots whose number is one byte are given out first and kept.
RADDLE_INLINE uint32_t siteSlot(Writer& writer, const Site& where, uintptr_t path) {
    const uintptr_t key = objectKey(where);
    const uint32_t hash = hashAddress(key ^ (path << 1));
    const SiteEntry* sites = writer.state->sites;
    const uint32_t small = hash % kSmallSlots;
    if (RADDLE_LIKELY(sites[small].object == key && sites[small].path == path)) return small;
    if (sites[small].object == 0) return defineSite(writer, small, where, path);
    const uint32_t large = kSmallSlots + (hash >> 7) % kMoreSites;
    if (RADDLE_LIKELY(sites[large].object == key && sites[large].path == path)) return large;
    return defineSite(writer, large, where, path);
}

// An op whose (first) operand is a site.
RADDLE_INLINE void writeSite(Writer& writer, uint8_t code, uint64_t ticks, const Site& where) {
    ThreadState* state = writer.state;
    const uintptr_t key = objectKey(where);
    const uintptr_t path = pathOf(state, where);
    if (key == state->lastObject && path == state->lastPath) {
        writer.op(code | RADDLE_SAME_SITE, ticks);
    } else {
        const uint32_t slot = siteSlot(writer, where, path);
        state->lastObject = key;
        state->lastPath = path;
        writer.op(code, ticks);
        writer.number(slot);
    }
}

RADDLE_INLINE void recordSite(ThreadState* state, uint8_t code, uint64_t ticks, const Site& where) {
    if (RADDLE_UNLIKELY(state->writer != 0) && isInterrupting(state)) return defer(state, code, ticks, where);
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    writeSite(writer, code, ticks, where);
    writer.commit();
}

// Of a release only the object counts, so any site of it will do.
RADDLE_INLINE void recordRelease(ThreadState* state, uint64_t ticks, const Site& where) {
    if (RADDLE_UNLIKELY(state->writer != 0) && isInterrupting(state)) return defer(state, kRaddleRelease, ticks, where);
    Writer writer;
    if (!writer.begin(state, kSmallEvent)) return;
    if (RADDLE_LIKELY(objectKey(where) == state->lastObject))
        writer.op(kRaddleRelease | RADDLE_SAME_SITE, ticks);
    else
        writeSite(writer, kRaddleRelease, ticks, where);
    writer.commit();
}

void recordTryFailed(ThreadState* state, uint64_t ticks, const Site& where, int error);

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
