// ThreadState: what the recorder knows about one thread: the chunk it writes, the chunk's dictionaries and the
// open function activations. States live in their own mappings (never in the program's heap, and thread-local
// storage would eat into small stacks) and are reused, with the rest of their chunk, by later threads.
//
//   if (ThreadState* state = current()) recordSite(state, kRaddleAcquire, now(), site);
//
// current() is null where nothing is to be recorded: recording is off or has not begun, the thread has ended.
#pragma once

#include "instrument/runtime/base/session.h"

namespace raddle::rt {

inline constexpr uint32_t kSmallSlots = 128;  // slots whose number takes one byte
inline constexpr uint32_t kMoreSites = 256;
inline constexpr uint32_t kSiteFrames = 6;
inline constexpr uint32_t kMoreFunctions = 1024;
inline constexpr uint32_t kStackSlots = 64;
inline constexpr uint32_t kMaxDepth = 4096;  // open activations that are followed through longjmp

// See siteKey() in writer.h.
struct SiteEntry {
    uintptr_t object;  // 0 when the slot is free
    uintptr_t path;
    uint64_t callers;                    // the return addresses above the caller, mixed
    uint16_t callerAt[kSiteFrames - 1];  // where they are kept, in words from the interposed function's frame
};

// An event that a signal handler had while another one was being written.
struct Pending {
    uint64_t ticks;
    uintptr_t object;
    uintptr_t caller;
    uint32_t kind;
    uint8_t code;
};
inline constexpr uint32_t kMostPending = 16;
inline constexpr uint32_t kScanWanted = 1u << 31;
inline constexpr uint32_t kLossUnsaid = 1u << 30;
inline constexpr uint32_t kCheckWanted = 1u << 29;
inline constexpr uint32_t kTallyWanted = 1u << 28;
inline constexpr uint32_t kPendingCount = kTallyWanted - 1;
inline constexpr uint32_t kScansAfterOpen = 64;

// Regions that earlier chunks were in, oldest first: see ring.h.
struct RingRegion {
    uint64_t offset;
    uint64_t size;
    uint64_t endNs;  // CLOCK_MONOTONIC of what is last in it
};
inline constexpr uint32_t kRingRegions = 256;
struct Ring {
    uint32_t first;
    uint32_t count;
    RingRegion regions[kRingRegions];
};

// What this thread's recording cost, and which locks most of it goes to: see governor.h.
inline constexpr uint32_t kTallied = 512;
inline constexpr uint32_t kSecondTable = kRaddleCountRows + sizeof(RaddleChunk) / sizeof(RaddleLockCount);
struct Governor {
    Region region;      // that `counts` is in
    Region callRegion;  // that `callCounts` is in
    uint64_t timedCalls;
    uint64_t sampledLocks;  // acquisitions that were written though they are counted
    bool isPaused;          // what is stepped down is written for now
    bool isTallied;         // the thread has been over its budget since the tally began
    bool lastIsCall;        // the event just written is a call's
    uint64_t events;        // written in earlier chunks
    uint64_t walkedTicks;   // spent on stacks
    uint64_t overdrawnNs;
    uint32_t tallyLeft;         // events still to be tallied
    uintptr_t tally[kTallied];  // objects that were seen once
    uint8_t timed[kSecondTable +
                  kRaddleCountRows];  // the next release of a counted lock is written, because its acquisition was
};

struct Activation {
    uintptr_t function;
    uintptr_t callSite;
    uintptr_t stackAddress;  // see hooks/functions.cpp
    uint64_t beginTicks;     // 0: it is counted and not timed
    uint64_t counted;        // 0: it has an event; else one more than the thread had counted before
};

struct ThreadState {
    // Hot. A new mapping, and the copy in a forked child, is all zeros: no room, so makeRoom() gets to see it.
    uint8_t* at;       // where the next event goes
    uint8_t* limit;    // at + room for an event beyond it: makeRoom(); at most the end of the chunk
    uintptr_t writer;  // stack address of the event being written; 0 when none is
    uint64_t lastTicks;
    uint64_t committed;  // as in the chunk
    RaddleChunk* chunk;
    uintptr_t lastObject;  // objectKey() of the last S operand in this chunk
    struct SiteEntry* lastSite;
    uintptr_t siteLow;  // the stack, if sites have frames
    uintptr_t siteSpan;
    RaddleLockCount* counts;      // null until a lock of this thread was stepped down: see governor.h
    RaddleCallCount* callCounts;  // null until calls of this thread were stepped down: see calls.h
    uint64_t lost;                // events not written since the last that was
    uint32_t attention;           // what to do after the event: the number of pending ones, and flags

    uint8_t* end;          // of the chunk
    uint32_t definitions;  // of sites in it
    Governor governor;

    uint32_t serial;
    uint32_t sequence;
    uint32_t tid;
    uint32_t scansLeft;  // for modules, after the next events
    bool live;
    bool kept;        // what is written now lasts: see ring.h
    void* taskClock;  // see sampler.cpp; null when there is none
    bool isFirstSample;
    bool ioIsQuick;        // the last read or write did not wait: see io_wait.h
    uint32_t quickIo;      // how many did not
    uint32_t sampleTimer;  // its number plus one; 0 when there is none
    uint32_t chunkSize;    // of the last region claimed
    Region region;
    uintptr_t stackLow;  // the thread's own stack; both 0 when unknown
    uintptr_t stackHigh;
    size_t stackSize;  // 0: the default

    void* (*routine)(void*);
    void* argument;
    uintptr_t entry;  // the start routine as recorded
    uint32_t creator;
    uint64_t cpuAtStart;
    uint64_t startTicks;
    char firstName[16];  // that the kernel had for the thread when it began
    int destructorRounds;
    bool isConfined;  // its creator was, when it began

    Pending pending[kMostPending];
    uint32_t depth;
    uint32_t untimedLeft;   // counted calls until one is timed
    uint32_t timing;        // state of the random numbers that say when
    uint64_t plannedCalls;  // counted ones, until the next is timed
    SiteEntry sites[kSmallSlots + kMoreSites];
    uintptr_t functions[kSmallSlots + kMoreFunctions];
    uint64_t stacks[kStackSlots];
    Activation activations[kMaxDepth];
    Ring ring;
};

extern __thread ThreadState* t_state;
extern __thread bool t_ended;  // nothing more of this thread is recorded

// Slow part of current(): joins the recording and attaches the calling thread, once. Defined where threads' lives are,
// which is above this: life/thread_life.cpp.
ThreadState* attachSelf();

RADDLE_INLINE ThreadState* current() {
    ThreadState* state = t_state;
    if (RADDLE_LIKELY(state != nullptr)) return state;
    return attachSelf();
}

// A state for a thread that is about to be created; null when there is no memory.
ThreadState* takeState();
void giveBackState(ThreadState* state);
// So many more for threads that begin where there is no memory to be had.
void stockStates(int count);
// What must not go on from one thread to the next with the state.
void clearIdentity(ThreadState* state);
// Those that were given back: in a forked child they are its parent's.
void forgetStates();

// Called in a forked child: a new image whose first thread is the calling one. Defined there, too.
void beginForkedImage();

}  // namespace raddle::rt
