#include "trace/answers/stuck.h"

#include <algorithm>

namespace raddle::trace {
namespace {

std::vector<ThreadId> holdersAtEnd(const Timeline& timeline) {
    std::vector<ThreadId> holders(timeline.locks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (const Hold& hold : timeline.threads[t].holds)
            if (!hold.finished && hold.lock.index() < holders.size() && !holders[hold.lock.index()].valid())
                holders[hold.lock.index()] = ThreadId{t};
    return holders;
}

}  // namespace

std::vector<StuckThread> stuckThreads(const Timeline& timeline) {
    const std::vector<ThreadId> holders = holdersAtEnd(timeline);
    std::vector<StuckThread> stuck;
    auto waitOf = [&](const StuckThread& s) -> const Wait& {
        return timeline.threads[s.wait.thread.index()].waits[s.wait.index];
    };
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Thread& thread = timeline.threads[t];
        if (thread.waits.empty() || thread.waits.back().finished) continue;
        const Wait& wait = thread.waits.back();
        // Workers that idle in a condition when main returns are how many programs end; a lock never is.
        if (timeline.complete && wait.kind != WaitKind::lock && wait.kind != WaitKind::join) continue;
        ThreadId holder = wait.blocker;
        if (wait.kind == WaitKind::lock && wait.lock.index() < holders.size() && holders[wait.lock.index()].valid())
            holder = holders[wait.lock.index()];
        stuck.push_back({{ThreadId{t}, static_cast<uint32_t>(thread.waits.size() - 1)}, holder});
    }
    std::sort(stuck.begin(), stuck.end(), [&](const StuckThread& a, const StuckThread& b) {
        return std::pair(waitOf(a).beginNs, a.wait) < std::pair(waitOf(b).beginNs, b.wait);
    });
    return stuck;
}

bool isParked(const Timeline& timeline, const StuckThread& stuck) {
    const Thread& thread = timeline.threads[stuck.wait.thread.index()];
    const Wait& wait = thread.waits[stuck.wait.index];
    if (!timeline.complete || wait.kind != WaitKind::lock || !stuck.holder.valid()) return false;
    const Thread& holder = timeline.threads[stuck.holder.index()];
    bool isHolderStuck = !holder.waits.empty() && !holder.waits.back().finished;
    return !isHolderStuck && wait.endNs - wait.beginNs > (thread.endNs - thread.beginNs) / 10 * 9;
}

}  // namespace raddle::trace
