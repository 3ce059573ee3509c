// Root causes: each wait is charged to whoever made it last, through the waits that this one stood in itself. While
// thread A waits for a lock that B holds, B may sleep, wait for another lock that C holds, or for a condition that C
// should have signalled: then that part of A's wait is C's. What is charged is the thread, the place where it took the
// lock or signalled, and what it did meanwhile. The parts add up to the time waited, to the nanosecond.
//
// The rule of wPerf (Zhou et al., OSDI 2018: cascaded redistribution) and of Windows' wait chains, with the stretches
// of time instead of sums. O((waits + events inside them) log events), waits nested kMostHops deep at most.
#pragma once

#include <vector>

#include "trace/analysis/holders.h"
#include "trace/analysis/stillness.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

enum class CauseKind {
    running,   // the culprit ran: computed, was ready to or in the system
    sleeping,  // it slept
    io,        // it stood in input or output, or waited for something else outside the process
    waiting,   // it waited for something that nobody is known to have ended
    circle,    // it waited for the waiter: a deadlock, or as good as one
    handOver,  // nobody was in the way any more: waking up, or the lock was passed by
    timedOut,  // nobody: the wait had an end of its own
    unknown,   // who was in the way is not recorded
};

struct CauseRow {
    CauseKind kind = CauseKind::unknown;
    LockId lock;      // that was waited for first; of a condition wait, its mutex when that was what it still lacked
    ObjectId object;  // the same
    ThreadId thread;  // whose fault; invalid for handOver and unknown
    FunctionId function;
    SourceLocation at;  // where it took the lock or signalled; of `sleeping` and `waiting`, where it did that
    LockId through;     // the last lock on the way to the culprit, when that is another than the first
    int64_t waitNs = 0;
    uint64_t parts = 0;  // stretches of waits
};

// What the waits of all threads were, summed by what was really waited for.
struct WaitTimes {
    int64_t contentionNs = 0;    // somebody held the lock (and ran, slept or waited meanwhile)
    int64_t handOverNs = 0;      // a lock was free again, the waiter not yet going
    int64_t throughLocksNs = 0;  // for an event whose sender stood before a lock itself
    int64_t idleNs = 0;          // for an event (work, a reply) that the sender had not come to, or nobody sent
    int64_t barrierNs = 0;
    int64_t joinNs = 0;
    int64_t sleepNs = 0;

    int64_t sumNs() const { return contentionNs + handOverNs + throughLocksNs + idleNs + barrierNs + joinNs + sleepNs; }
};

struct RootCauses {
    std::vector<CauseRow> rows;          // of waits for locks and objects, most waiting first
    WaitTimes times;                     // of all threads
    std::vector<WaitTimes> threadTimes;  // by ThreadId
};

inline constexpr int kMostHops = 16;

const char* toString(
    CauseKind kind);  // "running", "sleeping", "io", "waiting", "circle", "hand_over", "timed_out", "unknown"

RootCauses rootCauses(const Timeline& timeline, const std::vector<std::vector<Still>>& still, const Holders& holders,
                      const WakeUps& wakeUps);

}  // namespace raddle::trace
