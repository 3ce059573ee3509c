// Blockers: fills in who made each wait of a timeline wait, and where. A lock wait: who held the lock when it
// began. A condition or semaphore wait: whose signal or post ended it (each signal ends one wait, a broadcast
// any number). A barrier wait: who arrived last. O(n log n).
#pragma once

#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Lists must be sorted by begin.
void assignBlockers(Timeline& timeline);

}  // namespace raddle::trace
