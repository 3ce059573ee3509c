#include "trace/tables/deadlocks.h"

#include <algorithm>

#include "core/support/graph.h"

namespace raddle::trace {
namespace {

struct Holder {
    ThreadId thread;
    StackId stack;
};

// The wait a thread is stuck in at the end; null when it runs.
const Wait* stuckIn(const Thread& thread) {
    auto stuck = std::find_if(thread.waits.rbegin(), thread.waits.rend(), [](const Wait& w) { return !w.finished; });
    return stuck == thread.waits.rend() ? nullptr : &*stuck;
}

std::vector<std::vector<Holder>> holdersAtEnd(const Timeline& timeline) {
    std::vector<std::vector<Holder>> holders(timeline.locks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (const Hold& hold : timeline.threads[t].holds)
            if (!hold.finished && hold.lock.valid()) holders[hold.lock.index()].push_back({ThreadId{t}, hold.stack});
    return holders;
}

}  // namespace

std::vector<Deadlock> findDeadlocks(const Timeline& timeline) {
    std::vector<std::vector<Holder>> holders = holdersAtEnd(timeline);
    std::vector<const Wait*> stuck;
    Adjacency waitsFor(timeline.threads.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Wait* wait = stuck.emplace_back(stuckIn(timeline.threads[t]));
        if (!wait) continue;
        if (wait->kind == WaitKind::join && wait->blocker.valid()) waitsFor[t].push_back(wait->blocker.value);
        if (wait->kind == WaitKind::lock && wait->lock.valid())
            for (const Holder& holder : holders[wait->lock.index()]) waitsFor[t].push_back(holder.thread.value);
    }
    std::vector<Deadlock> found;
    for (const std::vector<uint32_t>& cycle : shortestCycles(waitsFor)) {
        Deadlock deadlock;
        for (size_t i = 0; i < cycle.size(); ++i) {
            const Wait& wait = *stuck[cycle[i]];
            DeadlockStep step{ThreadId{cycle[i]}, wait.lock, wait.stack, {}};
            if (wait.lock.valid())
                for (const Holder& holder : holders[wait.lock.index()])
                    if (holder.thread.value == cycle[(i + 1) % cycle.size()]) step.heldSince = holder.stack;
            deadlock.push_back(step);
        }
        found.push_back(deadlock);
    }
    return found;
}

}  // namespace raddle::trace
