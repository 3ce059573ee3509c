// Parallelism: how many threads ran at a time, and what kept them from all running: the efficiency model of the POP
// project (Wagner et al., "A structured approach to performance analysis", 2017), for threads:
//
//     parallel efficiency = load balance × serialisation × transfer
//
// Load balance is the mean worker's running time in part of the busiest one's; transfer is what waking each other up
// and handing locks over leaves of the run, serialisation what waiting for each other leaves of the rest. A thread that
// does nothing but wait for others to end is no worker, nor is one that used next to no processor time for all that it
// did not wait: it stood in the system. Linear in the waits but for a merge of the threads' lists.
#pragma once

#include <vector>

#include "trace/analysis/stillness.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct Parallelism {
    // [n]: how long n threads ran at a time (neither waiting nor ended; whether on a processor is not known); all
    // entries together are the recording's length.
    std::vector<int64_t> runningNs;
    double meanRunning = 0;
    int64_t cpuNs = -1;     // of all threads; -1 when it is not known of one
    int64_t queuedNs = -1;  // of those that have been asked; -1 when none was

    std::vector<ThreadId> workers;
    int64_t busiestNs = 0;  // that the busiest worker ran
    double loadBalance = 1;
    double serialisation = 1;
    double transfer = 1;
    double efficiency = 1;  // running time of workers in part of their number times the run

    uint32_t mostRunning() const { return runningNs.empty() ? 0 : static_cast<uint32_t>(runningNs.size() - 1); }
};

// `idealNs`: how long the run would be if nothing were lost between threads' becoming free and going on (a replay's:
// trace/analysis/replay.h); 0 when that is not known, which makes the transfer 1.
Parallelism parallelism(const Timeline& timeline, const std::vector<std::vector<Still>>& still, int64_t idealNs);

}  // namespace raddle::trace
