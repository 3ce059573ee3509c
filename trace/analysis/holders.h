// Holders: who held a lock at a time, for the locks and stretches of time in which somebody waited for them; and
// WakeUps: who let a wait end, and when. Built once in O(events log events); a question is a binary search.
#pragma once

#include <span>
#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Two processors may disagree on the time by this much, and a release is stamped before the lock is given up.
inline constexpr int64_t kClockSlackNs = 1000;

struct HeldBy {
    ThreadId thread;
    StackId stack;  // where it acquired
    int64_t beginNs = 0;
    int64_t endNs = 0;
    LockMode mode = LockMode::exclusive;
    bool finished = true;
};

class Holders {
  public:
    explicit Holders(const Timeline& timeline);

    // Holds of a lock that may overlap [beginNs, endNs), by begin. Some may not: look at their times.
    std::span<const HeldBy> during(LockId lock, int64_t beginNs, int64_t endNs) const;

    // The last hold of another thread that ended by `atNs`, and after `sinceNs`; null when there is none.
    const HeldBy* releasedBefore(LockId lock, ThreadId waiter, int64_t sinceNs, int64_t atNs) const;

    // All that are kept of a lock, by begin.
    std::span<const HeldBy> of(LockId lock) const;

  private:
    std::vector<std::vector<HeldBy>> byBegin_;     // by lock
    std::vector<std::vector<int64_t>> latestEnd_;  // of each hold and those before it
    std::vector<std::vector<uint32_t>> byEnd_;     // by lock: indices into byBegin_
};

struct WakeUp {
    ThreadId by;  // invalid: it is not known who
    int64_t atNs = 0;
    StackId stack;            // where it acquired what it then released, or signalled, posted or arrived
    int64_t signalledNs = 0;  // of a condition wait: when it was signalled; it took the mutex back later
};

class WakeUps {
  public:
    WakeUps(const Timeline& timeline, const Holders& holders) : timeline_(timeline), holders_(holders) {}

    // Never later than the wait's end.
    WakeUp of(ThreadId waiter, const Wait& wait) const;

  private:
    int64_t signalTime(const Wait& wait) const;

    const Timeline& timeline_;
    const Holders& holders_;
};

}  // namespace raddle::trace
