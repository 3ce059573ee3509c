// Summary: the tables of a recording (threads, locks, objects, functions) and who made whom wait. A pure
// function of the timeline, in O(events log events).
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "core/model/finding.h"
#include "trace/tables/deadlocks.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct ThreadRow {
    ThreadId thread;
    int64_t lifeNs = 0;
    int64_t cpuNs = -1;  // -1 when not recorded, and in the summary of a range
    int64_t lockWaitNs = 0;
    int64_t ioWaitNs = 0;     // for what is outside the process
    int64_t otherWaitNs = 0;  // condition, semaphore, barrier, join, sleep
};

// A part of a lock's waiting that one holder caused (trace/tables/blame.h says how it is split).
struct BlameRow {
    ThreadId thread;      // the holder; invalid: nobody recorded held it (the waiter was waking up)
    FunctionId function;  // where it acquired; invalid when unknown
    SourceLocation at;
    int64_t waitNs = 0;
    uint64_t waits = 0;  // that it made longer
};

struct LockRow {
    LockId lock;
    uint64_t acquisitions = 0;
    uint64_t contended = 0;
    int64_t waitNs = 0;  // all waits for it, failed and unfinished ones included
    int64_t maxWaitNs = 0;
    uint64_t countedOnly = 0;     // of the acquisitions; they have no hold of their own
    int64_t estimatedHoldNs = 0;  // of holdNs, for those
    int64_t holdNs = 0;           // summed over holders; shared holds count each
    int64_t maxHoldNs = 0;
    std::vector<BlameRow> blame;  // largest first, then the one without a thread
};

struct ObjectRow {
    ObjectId object;
    uint64_t waits = 0;
    uint64_t signals = 0;
    uint64_t contended = 0;  // waits that blocked
    int64_t waitNs = 0;
    int64_t maxWaitNs = 0;
    std::vector<BlameRow> wokenBy;  // the waits by who ended them, and where; the row without a thread (in vain, over
                                    // by itself, not recorded) last
};

// Cumulative time counts a function and all it calls, once per outermost activation on a thread, so that
// recursion is not counted twice (as cProfile's cumtime); self time excludes callees.
struct FunctionRow {
    FunctionId function;
    uint64_t calls = 0;
    int64_t selfNs = 0;
    int64_t cumulativeNs = 0;
    uint64_t countedOnly = 0;  // of the calls; their times, and what they leave of their callers', are estimates
    bool isEstimated = false;  // some of its times are
};

struct Summary {
    std::vector<Deadlock> deadlocks;        // at the end of the recording; none in the summary of a range
    std::vector<ThreadRow> threads;         // in order of thread id
    std::vector<LockRow> locks;             // most waited for first, then most held
    std::vector<ObjectRow> objects;         // most waited for first
    std::vector<FunctionRow> functions;     // most self time first
    std::vector<FunctionRow> sampled;       // from samples: estimates; `calls` counts samples; none of a range
    std::vector<Finding> findings;          // ThreadSanitizer's, in order of time; none in the summary of a range
    std::vector<std::string> findingNotes;  // reports that no rule is about
};

Summary summarize(const Timeline& timeline);

// The same over [beginNs, endNs) only: stretches are clipped, a call counts where it begins; of locks and
// objects the counts are of the acquisitions, waits and calls that begin in the range. Ends early, with anything, when
// `cancelled` becomes true.
Summary summarize(const Timeline& timeline, int64_t beginNs, int64_t endNs,
                  const std::atomic<bool>* cancelled = nullptr);

}  // namespace raddle::trace
