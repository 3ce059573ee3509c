#include "trace/analysis/holders.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "trace/timeline/stretches.h"

namespace raddle::trace {

Holders::Holders(const Timeline& timeline)
    : byBegin_(timeline.locks.size()), latestEnd_(timeline.locks.size()), byEnd_(timeline.locks.size()) {
    std::vector<Stretches> waited(timeline.locks.size());
    for (const Thread& thread : timeline.threads)
        for (const Wait& wait : thread.waits)
            if (wait.lock.index() < waited.size())
                waited[wait.lock.index()].add(wait.beginNs - kClockSlackNs, wait.endNs);
    for (Stretches& stretches : waited) stretches.join();
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (const Hold& hold : timeline.threads[t].holds)
            if (hold.lock.index() < waited.size() && hold.beginNs <= hold.endNs &&
                waited[hold.lock.index()].touches(hold.beginNs, hold.endNs))
                byBegin_[hold.lock.index()].push_back(
                    {ThreadId{t}, hold.stack, hold.beginNs, hold.endNs, hold.mode, hold.finished});
    for (size_t l = 0; l < byBegin_.size(); ++l) {
        std::vector<HeldBy>& holds = byBegin_[l];
        std::sort(holds.begin(), holds.end(), [](auto& a, auto& b) {
            return std::tie(a.beginNs, a.endNs, a.thread) < std::tie(b.beginNs, b.endNs, b.thread);
        });
        int64_t latest = INT64_MIN;
        latestEnd_[l].reserve(holds.size());
        for (const HeldBy& hold : holds) latestEnd_[l].push_back(latest = std::max(latest, hold.endNs));
        byEnd_[l].resize(holds.size());
        std::iota(byEnd_[l].begin(), byEnd_[l].end(), 0u);
        std::sort(byEnd_[l].begin(), byEnd_[l].end(),
                  [&](uint32_t a, uint32_t b) { return std::tie(holds[a].endNs, a) < std::tie(holds[b].endNs, b); });
    }
}

std::span<const HeldBy> Holders::of(LockId lock) const {
    if (lock.index() >= byBegin_.size()) return {};
    return byBegin_[lock.index()];
}

std::span<const HeldBy> Holders::during(LockId lock, int64_t beginNs, int64_t endNs) const {
    if (lock.index() >= byBegin_.size()) return {};
    const std::vector<HeldBy>& holds = byBegin_[lock.index()];
    const std::vector<int64_t>& latest = latestEnd_[lock.index()];
    // All before the first whose latest end is behind `beginNs` have ended by then.
    size_t first = static_cast<size_t>(std::upper_bound(latest.begin(), latest.end(), beginNs) - latest.begin());
    auto last = std::lower_bound(holds.begin(), holds.end(), endNs,
                                 [](const HeldBy& hold, int64_t at) { return hold.beginNs < at; });
    size_t end = static_cast<size_t>(last - holds.begin());
    if (first >= end) return {};
    return std::span(holds).subspan(first, end - first);
}

const HeldBy* Holders::releasedBefore(LockId lock, ThreadId waiter, int64_t sinceNs, int64_t atNs) const {
    if (lock.index() >= byBegin_.size()) return nullptr;
    const std::vector<HeldBy>& holds = byBegin_[lock.index()];
    const std::vector<uint32_t>& order = byEnd_[lock.index()];
    auto behind =
        std::upper_bound(order.begin(), order.end(), atNs, [&](int64_t at, uint32_t i) { return at < holds[i].endNs; });
    while (behind != order.begin()) {
        const HeldBy& hold = holds[*--behind];
        if (hold.endNs < sinceNs) return nullptr;
        if (hold.thread != waiter && hold.finished) return &hold;
    }
    return nullptr;
}

// When the blocker signalled, posted, woke or arrived: the last time that it did so inside the wait.
int64_t WakeUps::signalTime(const Wait& wait) const {
    const Thread& thread = timeline_.threads[wait.blocker.index()];
    if (wait.kind == WaitKind::barrier) {
        auto behind = std::upper_bound(thread.waits.begin(), thread.waits.end(), wait.endNs,
                                       [](int64_t at, const Wait& w) { return at < w.beginNs; });
        while (behind != thread.waits.begin() && (--behind)->beginNs >= wait.beginNs)
            if (behind->object == wait.object) return behind->beginNs;
        return wait.endNs;
    }
    auto behind = std::upper_bound(thread.signals.begin(), thread.signals.end(), wait.endNs,
                                   [](int64_t at, const Signal& s) { return at < s.atNs; });
    while (behind != thread.signals.begin() && (--behind)->atNs >= wait.beginNs)
        if (behind->object == wait.object && behind->stack == wait.blockerStack) return behind->atNs;
    return wait.endNs;
}

WakeUp WakeUps::of(ThreadId waiter, const Wait& wait) const {
    WakeUp out{{}, wait.endNs, wait.blockerStack, wait.endNs};
    if (!wait.finished) return out;
    bool hasBlocker = wait.blocker.index() < timeline_.threads.size() && wait.blocker != waiter;
    if (wait.kind == WaitKind::lock) {
        const HeldBy* last = holders_.releasedBefore(wait.lock, waiter, wait.beginNs - kClockSlackNs, wait.endNs);
        if (last) return {last->thread, std::max(last->endNs, wait.beginNs), last->stack, 0};
        if (hasBlocker) out.by = wait.blocker;
        return out;
    }
    if (!hasBlocker) return out;
    if (wait.kind == WaitKind::join) {
        out.by = wait.blocker;
        out.atNs = std::clamp(timeline_.threads[wait.blocker.index()].endNs, wait.beginNs, wait.endNs);
        return out;
    }
    out.by = wait.blocker;
    out.atNs = out.signalledNs = signalTime(wait);
    // The mutex had to be free again as well.
    if (wait.kind == WaitKind::condition && wait.lock.valid())
        if (const HeldBy* last = holders_.releasedBefore(wait.lock, waiter, out.atNs, wait.endNs);
            last && last->beginNs <= wait.endNs)
            return {last->thread, last->endNs, last->thread == out.by ? out.stack : last->stack, out.signalledNs};
    return out;
}

}  // namespace raddle::trace
