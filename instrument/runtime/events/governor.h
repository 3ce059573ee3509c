// The governor keeps what recording costs a thread within the budget, a part of the thread's CPU time. Where more is
// spent, the locks that the thread acquires most are stepped down: from then on it only counts its acquisitions of
// them, exactly, in a table in the file (RaddleLockCount), and writes events of those that had to wait, of those that
// made others wait, and of one in about 64, from which their holds are estimated: 1 ns a pair instead of 20. Semaphores
// and condition variables likewise, as long as nobody waits for them; calls of functions are in calls.h.
// A thread whose recording has cost less than half its budget, since what was expensive is over, writes everything
// again. It decides for each thread on its own, so nothing is locked; what is left of a burst at the start is shared.
#pragma once

#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

// After an event, when a stretch of the chunk is full: compares the cost so far with the budget.
void checkBudget(ThreadState* state);

// After an event, while the thread is over its budget: notes whose it was, and steps down what comes again.
void tallyEvent(ThreadState* state);

// The table for the calls that the thread counts; false when there is no room for one.
bool claimCallCounts(ThreadState* state);

// While the thread is over its budget: whether this came up before since it was.
bool isSeenAgain(ThreadState* state, uintptr_t key);

void* rowsOf(const Region& region);

// The thread has ended: its table stays in the file.
void releaseCounts(ThreadState* state);

// One in so many counted acquisitions of a lock is written.
inline constexpr uint32_t kSampledOneIn = 64;
inline constexpr uint32_t kChecksOneIn = 16;  // of these

// A signal handler may count in between.
RADDLE_INLINE void countOne(uint64_t* count) {
#if defined(__x86_64__)
    __asm__ volatile("incq %0" : "+m"(*count));
#else
    __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
#endif
}

RADDLE_INLINE RaddleLockCount* countRow(const ThreadState* state, uintptr_t object) {
    static_assert(kRaddleCountRows == 512);
    return &state->counts[(object * 0x9e3779b97f4a7c15u) >> 55];
}

// A thread has two tables, one behind the other with a chunk's header between them. The second is for locks whose row
// in the first is another's: a server's thread takes hundreds, and each of those that are not counted is an event.
RADDLE_INLINE RaddleLockCount* secondRow(const ThreadState* state, uintptr_t object) {
    return &state->counts[kSecondTable + ((object * 0x9e3779b97f4a7c15u) >> 46 & (kRaddleCountRows - 1))];
}

// In whose row the posts of a semaphore, or the signals of a condition variable, are counted that wake nobody.
RADDLE_INLINE uintptr_t wakesOf(uintptr_t object) {
    return object | 1;
}

// The row of an object whose acquisitions the thread only counts; else null.
RADDLE_INLINE RaddleLockCount* countedRow(const ThreadState* state, uintptr_t object) {
    if (RADDLE_LIKELY(state->counts == nullptr)) return nullptr;
    RaddleLockCount* row = countRow(state, object);
    if (row->object == object) return row;
    row = secondRow(state, object);
    return row->object == object ? row : nullptr;
}

RADDLE_INLINE uint8_t& releaseIsWritten(ThreadState* state, const RaddleLockCount* row) {
    return state->governor.timed[row - state->counts];
}

RADDLE_INLINE bool isSampled(const RaddleLockCount* row) {
    return row->acquisitions % kSampledOneIn == kSampledOneIn - 1;
}

RADDLE_INLINE void countUnsampled(RaddleLockCount* row, uintptr_t caller) {
    countOne(&row->acquisitions);
    // A store more would delay the lock's own.
    if (RADDLE_UNLIKELY(row->caller != caller)) row->caller = caller;
}

// Counts an acquisition that did not wait. False: this one is to be written as an event too.
RADDLE_INLINE bool countAcquisition(ThreadState* state, RaddleLockCount* row, uintptr_t caller) {
    const bool sampled = isSampled(row);
    countUnsampled(row, caller);
    if (RADDLE_LIKELY(!sampled)) return true;
    ++row->written;
    ++state->governor.sampledLocks;
    releaseIsWritten(state, row) = 1;
    if (row->written % kChecksOneIn == 0) __atomic_fetch_or(&state->attention, kCheckWanted, __ATOMIC_RELAXED);
    return false;
}

// The acquisition of a lock is written, so its release has to be.
inline void expectRelease(ThreadState* state, uintptr_t object) {
    if (const RaddleLockCount* row = countedRow(state, object)) releaseIsWritten(state, row) = 1;
}

}  // namespace raddle::rt
