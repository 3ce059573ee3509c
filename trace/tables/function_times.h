// Self and cumulative time of functions from their recorded calls, clipped to a range. O(calls).
#pragma once

#include <vector>

#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Functions with a call or time in [beginNs, endNs), most self time first. A call counts where it begins. Of some
// threads only, when any are given. Calls that were counted only count when all of their thread's life is in the range.
// Ends early, with anything, when `cancelled` becomes true.
std::vector<FunctionRow> functionTimes(const Timeline& timeline, int64_t beginNs, int64_t endNs,
                                       const std::vector<ThreadId>& threads = {},
                                       const std::atomic<bool>* cancelled = nullptr);

// By StackId: the innermost function on it that is one of these rows; invalid when none is. What a thread waits for
// with that stack it waits for inside that function, not in what it calls. O(frames).
std::vector<FunctionId> innermostOf(const Timeline& timeline, const std::vector<FunctionRow>& rows);

}  // namespace raddle::trace
