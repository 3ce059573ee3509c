// The critical path: the one chain of work, from the begin of a run to its end, that had to be done one after the
// other, so that only what lies on it made the run as long as it was. Walked backwards from the end of the thread that
// ended last (of the process with the most thread time): a thread that ran is followed back to its last wait, from
// there to whoever let that wait end (released, signalled, ended), and from a thread's begin to its creator. Yang and
// Miller, "Critical path analysis for the execution of parallel and distributed programs" (ICDCS 1988); a lock's share
// is that of Chen and Stenström, "Critical lock analysis" (SC 2012). O(waits log events), and the holds of threads on
// the path.
#pragma once

#include <vector>

#include "trace/analysis/holders.h"
#include "trace/analysis/stillness.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

enum class PathKind {
    running,   // the thread ran: on a processor, ready to, or in the system (input, output)
    inSystem,  // the same of a thread that was next to never on a processor: it stood in the system
    wakingUp,  // it was free to go on and had not got going yet
    sleeping,  // it slept
    waiting,   // it waited, and who ended that is not known
};

struct PathPart {
    PathKind kind = PathKind::running;
    ThreadId thread;
    int64_t beginNs = 0;
    int64_t endNs = 0;
    uint32_t wait = UINT32_MAX;  // in the thread's waits: the one it stood in

    bool operator==(const PathPart&) const = default;
};

struct PathLock {
    LockId lock;
    int64_t heldNs = 0;      // of the path, in which the path's thread held it, asleep too (nested locks count each)
    int64_t wokenNs = 0;     // of the path: until a waiter for it got going
    uint64_t handovers = 0;  // times that the path goes from a waiter to the holder before it

    bool operator==(const PathLock&) const = default;
};

struct CriticalPath {
    List<PathPart> parts;           // in order of time, without gaps
    std::vector<int64_t> threadNs;  // by ThreadId: running on the path
    std::vector<PathLock> locks;    // most held on the path first; none that a path never waited for or held
    int64_t runningNs = 0;
    int64_t inSystemNs = 0;
    int64_t wakingNs = 0;
    int64_t sleepingNs = 0;
    int64_t waitingNs = 0;

    int64_t lengthNs() const { return parts.empty() ? 0 : parts.back().endNs - parts.front().beginNs; }
};

CriticalPath criticalPath(const Timeline& timeline, const std::vector<std::vector<Still>>& still,
                          const WakeUps& wakeUps);

}  // namespace raddle::trace
