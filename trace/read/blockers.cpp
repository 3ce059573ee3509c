#include "trace/read/blockers.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "core/support/share_out.h"
#include "trace/timeline/stretches.h"

namespace raddle::trace {
namespace {

// A release is stamped before the lock is given up, so a wait can begin this long after the hold it waits for.
constexpr int64_t kReleaseSlackNs = 1000;

// With their begin beside them, so that sorting looks at nothing else.
struct HoldRef {
    int64_t beginNs;
    const Hold* hold;
    ThreadId thread;
};

struct WaitRef {
    int64_t beginNs;
    Wait* wait;
    ThreadId thread;
};

constexpr auto kByBegin = [](const auto& a, const auto& b) { return a.beginNs < b.beginNs; };

struct SignalRef {
    ThreadId thread;
    const Signal* signal;
};

void blame(Wait& wait, const HoldRef& by) {
    wait.blocker = by.thread;
    wait.blockerStack = by.hold->stack;
}

// Of the holds that go on at one time, the one of another thread that lasts longest; the thread's own when
// there is no other (it waits for itself).
const HoldRef* longest(const std::multiset<std::pair<int64_t, const HoldRef*>>& open, ThreadId waiter) {
    for (auto it = open.rbegin(); it != open.rend(); ++it)
        if (it->second->thread != waiter) return it->second;
    return open.empty() ? nullptr : open.rbegin()->second;
}

void assignHolders(std::vector<HoldRef>& holds, std::vector<WaitRef>& waits) {
    std::sort(holds.begin(), holds.end(), kByBegin);
    std::sort(waits.begin(), waits.end(), kByBegin);
    std::multiset<std::pair<int64_t, const HoldRef*>> open;  // by end
    const HoldRef* lastEnded = nullptr;
    size_t next = 0;
    for (WaitRef& ref : waits) {
        const int64_t now = ref.beginNs;
        for (; next < holds.size() && holds[next].beginNs <= now; ++next)
            open.emplace(holds[next].hold->endNs, &holds[next]);
        for (; !open.empty() && open.begin()->first <= now; open.erase(open.begin())) lastEnded = open.begin()->second;
        if (const HoldRef* holder = longest(open, ref.thread)) {
            blame(*ref.wait, *holder);
            continue;
        }
        bool justEnded =
            lastEnded && lastEnded->thread != ref.thread && now - lastEnded->hold->endNs <= kReleaseSlackNs;
        bool beginsMeanwhile =
            next < holds.size() && holds[next].thread != ref.thread && holds[next].hold->beginNs < ref.wait->endNs;
        if (justEnded)
            blame(*ref.wait, *lastEnded);
        else if (beginsMeanwhile)
            blame(*ref.wait, holds[next]);
    }
}

// In order of their ends, each wait takes the first signal inside it that no other took.
void assignSignallers(std::vector<SignalRef>& signals, std::vector<WaitRef>& waits) {
    std::sort(signals.begin(), signals.end(), [](auto& a, auto& b) { return a.signal->atNs < b.signal->atNs; });
    std::sort(waits.begin(), waits.end(), [](auto& a, auto& b) { return a.wait->endNs < b.wait->endNs; });
    std::vector<size_t> next(signals.size() + 1);  // the first one from here on that is not taken
    std::iota(next.begin(), next.end(), size_t{0});
    auto firstFree = [&](size_t i) {
        while (next[i] != i) i = next[i] = next[next[i]];
        return i;
    };
    for (WaitRef& ref : waits) {
        if (!ref.wait->finished || !ref.wait->succeeded) continue;
        auto from = std::lower_bound(signals.begin(), signals.end(), ref.wait->beginNs,
                                     [](const SignalRef& s, int64_t t) { return s.signal->atNs < t; });
        size_t i = firstFree(static_cast<size_t>(from - signals.begin()));
        if (i == signals.size() || signals[i].signal->atNs > ref.wait->endNs) continue;
        ref.wait->blocker = signals[i].thread;
        ref.wait->blockerStack = signals[i].signal->stack;
        if (!signals[i].signal->broadcast) next[i] = i + 1;
    }
}

// The first wait to end says that the last to begin was the one that all waited for.
void assignLastArrivals(std::vector<WaitRef>& waits) {
    std::vector<WaitRef> byEnd = waits;
    std::sort(waits.begin(), waits.end(), kByBegin);
    std::sort(byEnd.begin(), byEnd.end(), [](auto& a, auto& b) { return a.wait->endNs < b.wait->endNs; });
    size_t next = 0, assigned = 0;
    for (const WaitRef& ending : byEnd) {
        for (; next < waits.size() && waits[next].wait->beginNs <= ending.wait->endNs; ++next) {
        }
        bool isNewRound =
            ending.wait->finished && assigned < next && waits[assigned].wait->beginNs <= ending.wait->beginNs;
        if (!isNewRound) continue;
        const WaitRef& last = waits[next - 1];
        for (; assigned < next; ++assigned) {
            if (waits[assigned].thread == last.thread) continue;
            waits[assigned].wait->blocker = last.thread;
            waits[assigned].wait->blockerStack = last.wait->stack;
        }
    }
}

}  // namespace

void assignBlockers(Timeline& timeline) {
    std::vector<std::vector<WaitRef>> lockWaits(timeline.locks.size()), objectWaits(timeline.objects.size());
    std::vector<std::vector<HoldRef>> holds(timeline.locks.size());
    std::vector<std::vector<SignalRef>> signals(timeline.objects.size());
    std::vector<Stretches> waited(timeline.locks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (Wait& wait : timeline.threads[t].waits) {
            if (wait.kind == WaitKind::lock && wait.lock.valid()) {
                lockWaits[wait.lock.index()].push_back({wait.beginNs, &wait, ThreadId{t}});
                waited[wait.lock.index()].add(wait.beginNs - kReleaseSlackNs, wait.endNs);
            } else if (wait.object.valid()) {
                objectWaits[wait.object.index()].push_back({wait.beginNs, &wait, ThreadId{t}});
            }
        }
    for (Stretches& stretches : waited) stretches.join();
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Thread& thread = timeline.threads[t];
        for (const Hold& hold : thread.holds)
            if (waited[hold.lock.index()].touches(hold.beginNs, hold.endNs))
                holds[hold.lock.index()].push_back({hold.beginNs, &hold, ThreadId{t}});
        for (const Signal& signal : thread.signals) signals[signal.object.index()].push_back({ThreadId{t}, &signal});
    }
    // No two locks share a wait.
    shareOut(lockWaits.size(), [&](size_t i) { assignHolders(holds[i], lockWaits[i]); });
    for (size_t i = 0; i < objectWaits.size(); ++i) {
        if (timeline.objects[i].kind == ObjectKind::barrier)
            assignLastArrivals(objectWaits[i]);
        else
            assignSignallers(signals[i], objectWaits[i]);
    }
}

}  // namespace raddle::trace
