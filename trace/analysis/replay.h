// Replay: runs a recording again on paper, with one thing changed: how long would it have taken if nobody ever had to
// wait for this lock, if it were two, if it were held half as long, if waking up took no time? Each thread's work
// between its locks, waits and signals takes as long as it did; who waits for whom comes out anew. A trace-driven
// simulation as in Dimemas (Labarta et al., 1996), for locks, with the question of causal profiling (Curtsinger and
// Berger, Coz, SOSP 2015).
//
// What it leaves out: threads do the same work whatever the order, a wait that was in vain stays as long as it was, and
// there are as many processors as threads. How far off that is shows in the replay of the recording as it was.
//
// Locks that nobody ever waited for are left out. O(events of the others log threads) a replay.
#pragma once

#include <vector>

#include "trace/analysis/holders.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

enum class Change { nothing, free, split, halfHeld };

struct ReplayOptions {
    Change change = Change::nothing;
    LockId lock;          // that is changed
    bool wakeUps = true;  // false: whoever may go on does so at once
    bool isFair = false;  // true: a lock goes to who waits longest; false: to who comes first, as most locks do
};

struct ReplayResult {
    int64_t durationNs = 0;  // from the begin of the first thread to the end of the last
    bool isStuck = false;    // threads wait for each other, so that it has no end
    uint64_t steps = 0;
};

class Replay {
  public:
    Replay(const Timeline& timeline, const Holders& holders, const WakeUps& wakeUps);

    ReplayResult run(const ReplayOptions& options) const;

    // As recorded, of the threads that are replayed.
    int64_t recordedNs() const { return recordedNs_; }
    uint64_t steps() const;

  private:
    friend class ReplayRun;
    enum class Op : uint8_t { acquire, acquireShared, release, post, await, start, rest };

    // A thread works for `beforeNs`, then does this.
    struct Step {
        int64_t beforeNs = 0;
        int64_t wakeNs = 0;  // until it went on once it could; of a rest, its length; of a start, until it began
        uint32_t what = 0;   // lock, post or thread
        Op op = Op::rest;
        bool isSecond = false;  // of a lock that is split: which half
    };

    class Builder;

    std::vector<std::vector<Step>> threads_;
    std::vector<int64_t> tailNs_;   // work behind the last step
    std::vector<bool> isStarted_;   // by another thread
    std::vector<int64_t> beginNs_;  // of the others
    std::vector<bool> isEndless_;   // stands in a wait that never ended
    uint32_t posts_ = 0;            // the first are the ends of the threads
    size_t locks_ = 0;
    int64_t recordedNs_ = 0;
};

}  // namespace raddle::trace
