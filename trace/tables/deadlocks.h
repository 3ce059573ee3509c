// Deadlocks: threads that wait for each other in a circle when the recording ends. O(threads * waits for one
// another), with the events looked through once.
#pragma once

#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct DeadlockStep {
    ThreadId thread;
    LockId lock;  // that it waits for; invalid when it joins the next thread
    StackId waitsAt;
    StackId heldSince;  // where the next thread of the circle took the lock

    bool operator==(const DeadlockStep&) const = default;
};

// Each step's thread waits for the next one's, the last one's for the first's. One step: it waits for itself.
using Deadlock = std::vector<DeadlockStep>;

std::vector<Deadlock> findDeadlocks(const Timeline& timeline);

}  // namespace raddle::trace
