// Writing events. Each function here appends one event (and the definitions it needs) to the thread's chunk
// and commits it, or counts it as lost; none allocates, locks, or touches errno. About 10 ns with a site.
#pragma once

#include "core/wire/varint.h"
#include "instrument/runtime/events/chunk.h"
#include "instrument/runtime/events/stack_walk.h"

namespace raddle::rt {

inline constexpr size_t kSmallEvent = 160;  // an event with a definition of a site or function, at most
// What a release asks for, so that a chunk with less room is left when the lock is no longer held: beginning one takes
// long. Where there is no next chunk, kSmallEvent will do.
inline constexpr size_t kRoomAtRelease = kSmallEvent + 1024;

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
void defer(ThreadState* state, uint8_t code, uint64_t ticks, Site where);

// Out of line for the same reason as siteSlot().
uint8_t* putLargeNumber(uint8_t* at, uint64_t value);

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
        if (RADDLE_UNLIKELY(thread->limit - thread->at < static_cast<ptrdiff_t>(need)) && !makeRoom(thread, need)) {
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
            at = putLargeNumber(at, value);
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

inline constexpr int kKindBit = 56;

// Object and kind in one word: user-space addresses leave the highest byte free.
RADDLE_INLINE uintptr_t objectKey(const Site& where) {
    return where.object ^ (static_cast<uintptr_t>(where.kind) << kKindBit);
}

// Sites are told apart by object, caller and stack depth, and by the callers above, which are walked to only when a
// site is defined: its entry then remembers where on the stack their return addresses are kept, and whoever comes from
// the same depth looks whether the same ones are there.
struct SiteKey {
    uintptr_t object;  // objectKey()
    uintptr_t path;
    uintptr_t frame;  // 0: without the frames above the caller
};

RADDLE_INLINE SiteKey siteKey(const ThreadState* state, uintptr_t object, uintptr_t caller, uintptr_t frame) {
    if (frame - state->siteLow >= state->siteSpan) return {object, caller, 0};
    return {object, caller ^ (frame << 20), frame};
}

// Of the return addresses that an entry remembers, as they are now.
RADDLE_INLINE uint64_t callersOf(const SiteEntry& entry, uintptr_t frame) {
    const auto* words = reinterpret_cast<const uintptr_t*>(frame);
    uint64_t callers = words[entry.callerAt[0]];
    for (uint32_t i = 1; i < kSiteFrames - 1; ++i) {
        const uintptr_t caller = words[entry.callerAt[i]];
        callers ^= caller << (11 * i) | caller >> (64 - 11 * i);
    }
    return callers;
}

// Whether the entry is that of the site; if only what is above the caller differs, `callers` says how.
RADDLE_INLINE bool isSite(const SiteEntry& entry, const SiteKey& key, uint64_t* callers) {
    if (entry.object != key.object || entry.path != key.path) return false;
    if (key.frame == 0) return true;
    *callers = callersOf(entry, key.frame);
    return *callers == entry.callers;
}

// The slot of a site, defined at `at` if need be, and where to go on. Out of line and of plain words, so that the quick
// way of an event, which is to be at the same site as the one before, keeps all in registers.
struct SlotOfSite {
    uint8_t* at;
    uint64_t slot;
};
SlotOfSite siteSlot(ThreadState* state, uint8_t* at, uintptr_t object, uintptr_t caller, uintptr_t frame);

// An op whose (first) operand is a site.
RADDLE_INLINE void writeSite(Writer& writer, uint8_t code, uint64_t ticks, const Site& where) {
    ThreadState* state = writer.state;
    const SiteKey key = siteKey(state, objectKey(where), where.caller, where.frame);
    uint64_t callers;
    if (key.object == state->lastObject && isSite(*state->lastSite, key, &callers)) {
        writer.op(code | RADDLE_SAME_SITE, ticks);
    } else {
        const SlotOfSite found = siteSlot(state, writer.at, key.object, where.caller, where.frame);
        writer.at = found.at;
        state->lastObject = key.object;
        state->lastSite = &state->sites[found.slot];
        writer.op(code, ticks);
        writer.number(found.slot);
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
    if (!writer.begin(state, kRoomAtRelease)) return;
    if (RADDLE_LIKELY(objectKey(where) == state->lastObject))
        writer.op(kRaddleRelease | RADDLE_SAME_SITE, ticks);
    else
        writeSite(writer, kRaddleRelease, ticks, where);
    writer.commit();
}

void recordTryFailed(ThreadState* state, uint64_t ticks, Site where, int error);

void recordWait(ThreadState* state, uint8_t code, Site where, CallerFrames from);
void recordConditionWait(ThreadState* state, Site condition, Site mutex, CallerFrames from);
// At `ticks`, which may be some time ago when nothing was recorded since.
void recordIoWait(ThreadState* state, uint32_t kind, int fd, uint64_t ticks, CallerFrames from);
// JoinWait and Sleep: a number and a stack.
void recordPlainWait(ThreadState* state, uint8_t code, uint64_t operand, const CallerFrames& from);
void recordWaitEnd(ThreadState* state, int status);

void recordThreadCreate(ThreadState* state, uint32_t serial, void* routine, const CallerFrames& from);
void recordNumbers(ThreadState* state, uint8_t code, const uint64_t* numbers, int count);
void recordName(ThreadState* state, uint64_t handle, const char* name);

}  // namespace raddle::rt

#define RADDLE_CALLER (__builtin_extract_return_addr(__builtin_return_address(0)))
#define RADDLE_FROM (raddle::rt::CallerFrames{RADDLE_CALLER, __builtin_frame_address(0)})
