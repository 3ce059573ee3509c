// The words for the timeline's kinds, as the JSON report and the tables write them.
#pragma once

#include "trace/timeline/timeline.h"

namespace raddle::trace {

const char* toString(LockKind kind);    // "mutex", "recursive_mutex", "rwlock", "spinlock", "semaphore"
const char* toString(ObjectKind kind);  // "condition", "semaphore", "barrier", "futex", "once"
const char* toString(WaitKind kind);    // "lock", "join", "sleep" and those of objects
const char* toString(IoKind kind);      // "polling", "reading", …: what the thread is at
const char* toString(LockMode mode);    // "exclusive", "shared"

}  // namespace raddle::trace
