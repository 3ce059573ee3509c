// Blame: splits the time threads waited for one lock over those who held it meanwhile. While several hold it
// (readers), each is blamed an equal part. Time in which no recorded hold covers a wait is the blocker's that
// the wait itself names, from the wait's begin to the first hold; the rest (waking up, holds that were not
// recorded) is nobody's: a row without a thread, last. The parts add up to the time waited, to the
// nanosecond for exclusive holds. O(n log n) in holds and waits.
#pragma once

#include <vector>

#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Holds and waits may be clipped to a range; empty ones count nothing.
struct HeldStretch {
    ThreadId thread;
    StackId stack;
    int64_t beginNs = 0;
    int64_t endNs = 0;
};

struct WaitedStretch {
    ThreadId blocker;
    StackId blockerStack;
    int64_t beginNs = 0;
    int64_t endNs = 0;
};

// Rows with a thread, largest first, then the one without.
std::vector<BlameRow> blame(const Timeline& timeline, std::vector<HeldStretch> holds, std::vector<WaitedStretch> waits);

}  // namespace raddle::trace
