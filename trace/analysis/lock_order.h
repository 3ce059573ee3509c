// Lock order: which locks a run took while it held others, and where threads did so in opposite orders: deadlocks that
// did not happen this time but could. Goodlock (Havelund, SPIN 2000), generalised to any number of threads with the
// ways to rule a circle out of Agarwal, Wang and Stoller (HVC 2005) and Bensalem and Havelund (HVC 2005):
//
// - each lock of the circle is taken by another thread;
// - no two of them hold a common lock meanwhile (a gate that lets only one of them in);
// - none must come before another by threads' being started and joined;
// - readers do not keep readers out;
// - a lock that is only tried is waited for by nobody (it counts as held).
//
// O(holds log holds) and, inside circles of locks, what kMostSteps allows: `isCut` says when that was not all.
#pragma once

#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

// `taken` was acquired, or waited for, with `held` held.
struct LockOrderEdge {
    LockId held;
    LockId taken;
    uint64_t count = 0;
    uint32_t threads = 0;  // that did so
    ThreadId thread;       // the first of them
    StackId heldAt;        // where it had taken `held` …
    StackId takenAt;       // … and took `taken`
    int64_t firstNs = 0;

    bool operator==(const LockOrderEdge&) const = default;
};

// A thread that held `held` and took, or wanted, `wanted`.
struct LockOrderStep {
    ThreadId thread;
    LockId held;
    LockId wanted;
    StackId heldAt;
    StackId wantedAt;
    int64_t atNs = 0;

    bool operator==(const LockOrderStep&) const = default;
};

// Each step's wanted lock is the next one's held lock, the last one's the first's.
using Inversion = std::vector<LockOrderStep>;

struct LockOrder {
    std::vector<LockOrderEdge> edges;   // by held lock, then taken lock
    std::vector<Inversion> inversions;  // one for each circle of locks
    // Circles of locks that cannot become a deadlock, by what rules them out.
    uint64_t guarded = 0;
    uint64_t ordered = 0;
    bool isCut = false;
};

inline constexpr size_t kLongestInversion = 4;   // threads
inline constexpr size_t kMostSteps = 2'000'000;  // of the search

LockOrder lockOrder(const Timeline& timeline);

}  // namespace raddle::trace
