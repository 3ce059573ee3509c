// Semaphores that are used as locks: whoever takes one is who posts it next, and one thread has it at a time. So are
// Python's threading.Lock and what is made of it, and many a handmade binary semaphore. They become locks of the
// timeline, with holds, so that a wait is charged to who kept the thing and not to "no work". What a semaphore was used
// for is told from its events: a semaphore that others post, or that several have at once, stays what it is.
// The semaphore that Python keeps for a thread's life is what joining waits for: waits for it become joins.
// O(n log n) in the takes, waits and posts of semaphores.
#pragma once

#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

// A semaphore that was taken without waiting.
struct SemaphoreTake {
    ThreadId thread;
    ObjectId object;
    int64_t atNs = 0;
    StackId stack;
    bool beginUnknown = false;  // it was counted only, and is known by its post
};

// Python's lock must be there (python_gil.h), blockers not yet. ObjectIds change.
void addSemaphoreLocks(Timeline& timeline, std::vector<SemaphoreTake> takes);

}  // namespace raddle::trace
