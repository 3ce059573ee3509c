#include "trace/analysis/thread_order.h"

#include <algorithm>
#include <queue>

namespace raddle::trace {

ThreadOrder::ThreadOrder(const Timeline& timeline)
    : edges_(timeline.threads.size()), boundaries_(timeline.threads.size()) {
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Thread& thread = timeline.threads[t];
        if (thread.creator.index() < timeline.threads.size() && thread.creator != ThreadId{t}) {
            // What its creator did between creating it and its first step is not before it.
            const int64_t createdNs =
                thread.createdNs >= 0 ? std::min(thread.createdNs, thread.beginNs) : thread.beginNs;
            edges_[thread.creator.index()].push_back({createdNs, ThreadId{t}, thread.beginNs});
            boundaries_[thread.creator.index()].push_back(createdNs);
        }
        for (const Wait& wait : thread.waits) {
            bool joined = wait.kind == WaitKind::join && wait.finished && wait.succeeded &&
                          wait.blocker.index() < timeline.threads.size() && wait.blocker != ThreadId{t};
            if (!joined) continue;
            edges_[wait.blocker.index()].push_back({INT64_MAX, ThreadId{t}, wait.endNs});
            boundaries_[t].push_back(wait.endNs);
        }
    }
    for (auto& boundaries : boundaries_) std::sort(boundaries.begin(), boundaries.end());
    for (auto& edges : edges_)
        std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.fromNs < b.fromNs; });
}

uint32_t ThreadOrder::stretchOf(ThreadId thread, int64_t atNs) const {
    const std::vector<int64_t>& boundaries = boundaries_[thread.index()];
    return static_cast<uint32_t>(std::upper_bound(boundaries.begin(), boundaries.end(), atNs) - boundaries.begin());
}

bool ThreadOrder::isBefore(ThreadId a, int64_t aNs, ThreadId b, int64_t bNs) {
    return reachFrom(a, aNs)[b.index()] <= bNs;
}

// When in each thread all is later than what is asked about. Dijkstra's search, with times for distances.
const std::vector<int64_t>& ThreadOrder::reachFrom(ThreadId thread, int64_t atNs) {
    auto [known, isNew] = reach_.try_emplace({thread, stretchOf(thread, atNs)});
    std::vector<int64_t>& reach = known->second;
    if (!isNew) return reach;
    reach.assign(edges_.size(), INT64_MAX);
    std::priority_queue<std::pair<int64_t, ThreadId>, std::vector<std::pair<int64_t, ThreadId>>, std::greater<>> next;
    reach[thread.index()] = atNs;
    next.emplace(atNs, thread);
    while (!next.empty()) {
        auto [fromNs, from] = next.top();
        next.pop();
        if (fromNs > reach[from.index()]) continue;
        for (const Edge& edge : edges_[from.index()]) {
            if (edge.fromNs < fromNs || edge.toNs >= reach[edge.to.index()]) continue;
            reach[edge.to.index()] = edge.toNs;
            next.emplace(edge.toNs, edge.to);
        }
    }
    return reach;
}

}  // namespace raddle::trace
