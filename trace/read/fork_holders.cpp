#include "trace/read/fork_holders.h"

#include <map>
#include <utility>
#include <vector>

namespace raddle::trace {
namespace {

using Place = std::pair<uint32_t, uint64_t>;  // image and address

using ByFork = std::map<int64_t, std::vector<Wait*>>;

// Waits of forked images without a blocker, by the lock's place in the parent and the time of the fork.
std::map<Place, ByFork> findOrphans(Draft& draft) {
    std::map<Place, ByFork> orphans;
    for (Thread& thread : draft.timeline.threads)
        for (Wait& wait : thread.waits) {
            bool isRaw = wait.kind == WaitKind::lock && wait.lock.index() < draft.locks.all().size();
            if (!isRaw || wait.blocker.valid()) continue;
            const RawObject& lock = draft.locks.at(wait.lock.value);
            const Image& child = draft.survey.images[lock.image];
            if (child.parent != Image::kNone) orphans[{child.parent, lock.address}][child.beginNs].push_back(&wait);
        }
    return orphans;
}

}  // namespace

void blameHoldersAtFork(Draft& draft) {
    std::map<Place, ByFork> orphans = findOrphans(draft);
    if (orphans.empty()) return;
    for (uint32_t t = 0; t < draft.timeline.threads.size(); ++t)
        for (const Hold& hold : draft.timeline.threads[t].holds) {
            if (hold.lock.index() >= draft.locks.all().size()) continue;
            const RawObject& lock = draft.locks.at(hold.lock.value);
            auto found = orphans.find({lock.image, lock.address});
            if (found == orphans.end()) continue;
            auto first = found->second.lower_bound(hold.beginNs), last = found->second.lower_bound(hold.endNs);
            for (auto fork = first; fork != last; ++fork)
                for (Wait* wait : fork->second) {
                    wait->blocker = ThreadId{t};
                    wait->blockerStack = hold.stack;
                }
            found->second.erase(first, last);
        }
}

}  // namespace raddle::trace
