// Lock habits: ways in which a lock is used badly though no single hold is long.
//
// - A *convoy*: the queue before the lock does not empty for many handovers in a row, so that each acquisition pays a
//   wake-up (Blasgen, Gray, Mitoma and Price, "The convoy phenomenon", 1979).
// - *Starvation*: a wait during which others got the lock again and again (bounded bypass: with first come, first
//   served, each other thread gets it once at most).
// - *Upkeep*: what taking and releasing it costs even when nobody is in the way, from what one uncontended pair costs
// on
//   a lock that stays with its thread and on one that wanders between processors (David, Guerraoui and Trigonakis,
//   "Everything you always wanted to know about synchronization …", SOSP 2013). An estimate, from low to high.
//
// Each is O(events of the lock log events).
#pragma once

#include <vector>

#include "trace/analysis/holders.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

inline constexpr uint64_t kConvoyHandovers = 16;  // that make a queue a convoy
inline constexpr uint64_t kStarvedTurns = 4;      // times that others go first, each, that make a wait starvation

struct Convoy {
    LockId lock;
    int64_t beginNs = 0;
    int64_t endNs = 0;
    uint64_t handovers = 0;
    uint32_t threads = 0;    // that waited in it
    int64_t waitNs = 0;      // of all of them
    int64_t handOverNs = 0;  // in which nobody had the lock though somebody waited
    int64_t heldNs = 0;      // in which somebody had it

    bool operator==(const Convoy&) const = default;
};

struct Starvation {
    LockId lock;
    ThreadId thread;
    uint32_t wait = 0;         // in Thread::waits
    uint64_t overtaken = 0;    // acquisitions by others meanwhile
    uint64_t overtakenBy = 0;  // so many threads
    int64_t waitNs = 0;

    bool operator==(const Starvation&) const = default;
};

struct Upkeep {
    LockId lock;
    uint64_t uncontended = 0;  // acquisitions
    uint64_t moves = 0;        // of those, from another thread's hands; as a share of what was recorded one by one
    int64_t lowNs = 0;
    int64_t highNs = 0;

    bool operator==(const Upkeep&) const = default;
};

std::vector<Convoy> convoys(const Timeline& timeline, const Holders& holders);         // most waiting first
std::vector<Starvation> starvation(const Timeline& timeline, const Holders& holders);  // a lock's and thread's worst
std::vector<Upkeep> upkeep(const Timeline& timeline);                                  // most costly first

}  // namespace raddle::trace
