// Parts: the events of a timeline that reach into a range of time, found without looking at all the others, so that
// what is worked out of a small part of a long recording costs as much as the part. Made once, in O(events); a part
// then costs O(events in it + events / 256). A copy shares what was made, and gives parts of its own.
#pragma once

#include <memory>
#include <vector>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

class Parts {
  public:
    // The timeline must outlive this, unchanged.
    explicit Parts(const Timeline& timeline);

    // How many begin there, in all threads together. O(threads log events).
    size_t eventsIn(int64_t beginNs, int64_t endNs) const;

    // A timeline with the events that overlap [beginNs, endNs), perhaps some more, and everything else as it is in the
    // whole. Until the next call.
    const Timeline& between(int64_t beginNs, int64_t endNs);

  private:
    // The latest end in each block of a list.
    using Ends = std::vector<int64_t>;
    struct ThreadEnds {
        Ends waits, holds, calls, regions;
    };

    const Timeline* whole_;
    std::shared_ptr<const std::vector<ThreadEnds>> ends_;
    Timeline part_;  // its lists are lent from the whole where that is possible
};

}  // namespace raddle::trace
