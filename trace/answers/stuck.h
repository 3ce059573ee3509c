// Threads that still waited when a recording ended, and for whom. O(waits + holds).
#pragma once

#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct WaitRef {
    ThreadId thread;
    uint32_t index = 0;  // in Thread::waits

    auto operator<=>(const WaitRef&) const = default;
};

struct StuckThread {
    WaitRef wait;     // unfinished
    ThreadId holder;  // who holds the lock at the end, else the wait's blocker; invalid when unknown

    bool operator==(const StuckThread&) const = default;
};

// Those that waited for a lock or a join when the recording ended, or for anything when it did not end by the program's
// own exit. Longest wait first.
std::vector<StuckThread> stuckThreads(const Timeline& timeline);

// Whether it stood before a lock for most of its life while the holder went on and the program ended by itself: how
// some programs keep workers in reserve. No defect, and nothing that the run lost.
bool isParked(const Timeline& timeline, const StuckThread& stuck);

}  // namespace raddle::trace
