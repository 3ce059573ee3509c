// Python's global interpreter lock is no lock of the C library but a flag under a mutex and a condition of the
// interpreter. This adds it to the timeline as the lock that it is: taken at the end of a critical section of
// that mutex without a signal, dropped at the begin of one that signals. Waits for the flag become waits for
// the lock. Linear in the events of the processes that are Pythons; nothing happens to others.
#pragma once

#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Names must be known, blockers not yet.
void addPythonGil(Timeline& timeline);

}  // namespace raddle::trace
