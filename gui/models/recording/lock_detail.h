// LockDetail: a lock's waiting, told as who waited × who held, and as pairs of stacks: what the waiter was doing
// and what the holder was doing. O(waits of the lock).
#pragma once

#include <vector>

#include "gui/models/recording/timeline_index.h"

namespace raddle::gui {

// All waits with the same two stacks.
struct BlamePair {
    trace::StackId waiter;
    trace::StackId holder;  // invalid when unknown
    int64_t waitNs = 0;
    int64_t maxNs = 0;
    uint64_t waits = 0;
};

struct LockDetail {
    std::vector<trace::ThreadId> waiters;  // most waiting first
    std::vector<trace::ThreadId> holders;  // most blamed first; an invalid id stands for unknown holders
    std::vector<int64_t> cells;            // waiters × holders, nanoseconds, row by row
    std::vector<BlamePair> pairs;          // most waiting first

    int64_t cell(size_t waiter, size_t holder) const { return cells[waiter * holders.size() + holder]; }
};

// For each lock, the holder's stack that most of the waiting for it is blamed on; invalid where none is known.
std::vector<trace::StackId> mostlyHeldIn(const trace::Timeline& timeline, int64_t beginNs, int64_t endNs);

// Waits are clipped to [beginNs, endNs).
LockDetail lockDetail(const trace::Timeline& timeline, const LockTracks& lock, int64_t beginNs, int64_t endNs);

}  // namespace raddle::gui
