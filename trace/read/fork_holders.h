// A fork copies the locks that other threads hold at that moment, but not the threads: in the child they stay
// held for ever. A child's wait for such a lock is blamed on the parent's thread that held it. Linear in the
// holds, and nothing when no forked process has a wait without a blocker.
#pragma once

#include "trace/read/thread_track.h"

namespace raddle::trace {

// After assignBlockers.
void blameHoldersAtFork(Draft& draft);

}  // namespace raddle::trace
