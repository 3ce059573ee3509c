// How the waits for a lock and the holds of it spread: the median says what is usual, the 99th percentile what the
// unlucky get. Exact, of the waits and holds that were recorded one by one (of counted locks: a sample of the holds).
// O(waits + holds), and a word for each while it runs.
#pragma once

#include <atomic>
#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct LockSpread {
    int64_t medianWaitNs = 0;  // of acquisitions that had to wait; 0 when none had to
    int64_t p99WaitNs = 0;
    int64_t medianHoldNs = 0;
    int64_t p99HoldNs = 0;

    bool operator==(const LockSpread&) const = default;
};

// By LockId; of waits and holds that begin in [beginNs, endNs). Ends early, with anything, when `cancelled` becomes
// true.
std::vector<LockSpread> lockSpreads(const Timeline& timeline, int64_t beginNs = INT64_MIN, int64_t endNs = INT64_MAX,
                                    const std::atomic<bool>* cancelled = nullptr);

}  // namespace raddle::trace
