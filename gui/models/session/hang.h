// What a recording that ends with threads still waiting says about why: who waits for what, held by whom, and
// where that goes round in a circle.
#pragma once

#include <vector>

#include "core/model/finding.h"
#include "gui/models/session/timeline_index.h"

namespace raddle::gui {

struct StuckThread {
    EventRef wait;           // unfinished
    trace::ThreadId holder;  // who holds the lock at the end, else the wait's blocker; invalid when unknown

    bool operator==(const StuckThread&) const = default;
};

// Threads that waited for a lock or a join when the recording ended, or for anything when it did not end by the
// program's own exit. Longest wait first.
std::vector<StuckThread> stuckThreads(const trace::Timeline& timeline);

// Circles of stuck threads, each waiting for the next; every circle once.
std::vector<std::vector<StuckThread>> waitCycles(const trace::Timeline& timeline,
                                                 const std::vector<StuckThread>& stuck);

// The circles as findings that happened.
std::vector<Finding> observedFindings(const trace::Timeline& timeline);

}  // namespace raddle::gui
