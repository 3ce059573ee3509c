// A Timeline as a contended program would leave it, without running one: workers that take jobs, compute, and
// share a few locks, simulated in order of time so that waits, holds and blockers agree. The same options give
// the same timeline.
#pragma once

#include "trace/timeline/timeline.h"

namespace raddle::test {

struct GeneratorOptions {
    uint32_t workers = 6;
    uint32_t locks = 5;
    uint32_t jobsPerWorker = 400;
    uint32_t seed = 1;
    bool calls = true;      // an instrumented program
    bool deadlock = false;  // two workers end in each other's way and the recording is cut off
};

trace::Timeline generateTimeline(const GeneratorOptions& options);

// Waits, holds and calls of all threads.
uint64_t eventCount(const trace::Timeline& timeline);

}  // namespace raddle::test
