// ThreadOrder: what starting and joining threads says about the order of events: an event of one thread happened before
// another's when a chain of thread creations and finished joins leads from it there, whatever the locks. O((threads +
// joins) log threads) for each distinct stretch of a thread that is asked about; remembered.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

class ThreadOrder {
  public:
    explicit ThreadOrder(const Timeline& timeline);

    // Stretches of a thread between its starting and joining others are numbered from 0: events in one are alike.
    uint32_t stretchOf(ThreadId thread, int64_t atNs) const;

    // Whether an event of `a` at `aNs` must come before one of `b` at `bNs`.
    bool isBefore(ThreadId a, int64_t aNs, ThreadId b, int64_t bNs);

  private:
    struct Edge {
        int64_t fromNs;  // in this thread: started by then, or the end
        ThreadId to;
        int64_t toNs;  // what is behind this in `to` comes later
    };

    const std::vector<int64_t>& reachFrom(ThreadId thread, int64_t atNs);

    std::vector<std::vector<Edge>> edges_;          // by thread, by time
    std::vector<std::vector<int64_t>> boundaries_;  // by thread
    std::map<std::pair<ThreadId, uint32_t>, std::vector<int64_t>> reach_;
};

}  // namespace raddle::trace
