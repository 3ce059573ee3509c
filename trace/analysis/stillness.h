// Stillness: when each thread stood still. Waits can nest (a signal handler may wait inside a wait) and a damaged
// recording's can be anything; here they are stretches without overlap, of the outermost wait, inside their thread's
// life. Linear in the thread's waits.
#pragma once

#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct Still {
    int64_t beginNs = 0;
    int64_t endNs = 0;
    uint32_t wait = 0;  // in Thread::waits
};

// By time; none is empty.
std::vector<Still> stillness(const Thread& thread);

// The same for all threads, in their order.
std::vector<std::vector<Still>> stillness(const Timeline& timeline);

// Whether a thread was on a processor for less than a fiftieth of the time in which it did not wait for another thread:
// then it stood in the system (for input, for a child process), which the recording does not show.
bool standsInSystem(const Thread& thread, const std::vector<Still>& still);

}  // namespace raddle::trace
