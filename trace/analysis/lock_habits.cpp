#include "trace/analysis/lock_habits.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "trace/timeline/grow.h"

namespace raddle::trace {
namespace {

// One uncontended lock and unlock, in nanoseconds: on a line that the processor has, and on one that another had.
// Measured 15 to 20 on current x86 servers for the first; a line comes over in 40 (one socket) to 130 (two).
constexpr double kPairLowNs = 12, kPairHighNs = 25;
constexpr double kMoveLowNs = 40, kMoveHighNs = 130;

// Counts of a broken recording can be anything.
int64_t atMostForever(double ns) {
    constexpr int64_t kForever = int64_t{1} << 60;
    return ns < static_cast<double>(kForever) ? static_cast<int64_t>(ns) : kForever;
}

struct WaitRef {
    ThreadId thread;
    uint32_t index;
    const Wait* wait;
};

// Waits for each lock, by begin.
std::vector<std::vector<WaitRef>> waitsByLock(const Timeline& timeline) {
    std::vector<std::vector<WaitRef>> out(timeline.locks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (uint32_t w = 0; w < timeline.threads[t].waits.size(); ++w) {
            const Wait& wait = timeline.threads[t].waits[w];
            if (wait.kind == WaitKind::lock && wait.lock.index() < out.size() && wait.beginNs < wait.endNs)
                out[wait.lock.index()].push_back({ThreadId{t}, w, &wait});
        }
    for (auto& waits : out)
        std::sort(waits.begin(), waits.end(), [](const WaitRef& a, const WaitRef& b) {
            return std::tie(a.wait->beginNs, a.thread, a.index) < std::tie(b.wait->beginNs, b.thread, b.index);
        });
    return out;
}

// Waits [first, last) that follow each other without a moment in which nobody waits.
Convoy queueOf(LockId lock, const std::vector<WaitRef>& waits, size_t first, size_t last, int64_t endNs,
               const Holders& holders) {
    Convoy out{lock, waits[first].wait->beginNs, endNs};
    std::set<ThreadId> threads;
    for (size_t i = first; i < last; ++i) {
        threads.insert(waits[i].thread);
        grow(out.waitNs, waits[i].wait->endNs - waits[i].wait->beginNs);
        if (waits[i].wait->finished && waits[i].wait->succeeded) ++out.handovers;
    }
    out.threads = static_cast<uint32_t>(threads.size());
    int64_t at = out.beginNs;
    for (const HeldBy& hold : holders.during(lock, out.beginNs, out.endNs)) {
        int64_t begin = std::max(hold.beginNs, at), end = std::min(hold.endNs, out.endNs);
        if (end <= begin) continue;
        out.heldNs += end - begin;
        at = end;
    }
    out.handOverNs = out.endNs - out.beginNs - out.heldNs;
    return out;
}

bool isConvoy(const Convoy& queue) {
    return queue.handovers >= kConvoyHandovers && queue.threads >= 3;
}

}  // namespace

std::vector<Convoy> convoys(const Timeline& timeline, const Holders& holders) {
    std::vector<Convoy> out;
    std::vector<std::vector<WaitRef>> byLock = waitsByLock(timeline);
    for (uint32_t l = 0; l < byLock.size(); ++l) {
        const std::vector<WaitRef>& waits = byLock[l];
        for (size_t first = 0, next; first < waits.size(); first = next) {
            int64_t endNs = waits[first].wait->endNs;
            for (next = first + 1; next < waits.size() && waits[next].wait->beginNs <= endNs; ++next)
                endNs = std::max(endNs, waits[next].wait->endNs);
            if (next - first < kConvoyHandovers) continue;
            Convoy queue = queueOf(LockId{l}, waits, first, next, endNs, holders);
            if (isConvoy(queue)) out.push_back(queue);
        }
    }
    std::sort(out.begin(), out.end(), [](const Convoy& a, const Convoy& b) {
        return std::tie(b.waitNs, a.lock, a.beginNs) < std::tie(a.waitNs, b.lock, b.beginNs);
    });
    return out;
}

std::vector<Starvation> starvation(const Timeline& timeline, const Holders& holders) {
    std::map<std::pair<LockId, ThreadId>, Starvation> worst;
    std::vector<uint64_t> countedFor(timeline.threads.size());  // by thread: the number of the last wait it overtook
    uint64_t number = 0;
    std::vector<std::vector<WaitRef>> byLock = waitsByLock(timeline);
    for (uint32_t l = 0; l < byLock.size(); ++l) {
        std::span<const HeldBy> holds = holders.of(LockId{l});
        auto firstBehind = [&](int64_t at) {
            auto it = std::lower_bound(holds.begin(), holds.end(), at,
                                       [](const HeldBy& hold, int64_t t) { return hold.beginNs <= t; });
            return static_cast<size_t>(it - holds.begin());
        };
        for (const WaitRef& ref : byLock[l]) {
            if (ref.wait->mode == LockMode::shared) continue;
            size_t first = firstBehind(ref.wait->beginNs), last = firstBehind(ref.wait->endNs - 1);
            if (last < first + 2 * kStarvedTurns) continue;
            Starvation& known = worst[{LockId{l}, ref.thread}];
            if (known.overtaken >= last - first) continue;
            uint64_t overtaken = 0, by = 0;
            ++number;
            for (size_t i = first; i < last; ++i) {
                if (holds[i].thread == ref.thread) continue;
                ++overtaken;
                by += std::exchange(countedFor[holds[i].thread.index()], number) != number;
            }
            if (overtaken < kStarvedTurns * by || overtaken <= known.overtaken) continue;
            known = {LockId{l}, ref.thread, ref.index, overtaken, by, ref.wait->endNs - ref.wait->beginNs};
        }
    }
    std::vector<Starvation> out;
    for (const auto& [key, row] : worst)
        if (row.overtaken > 0) out.push_back(row);
    std::sort(out.begin(), out.end(), [](const Starvation& a, const Starvation& b) {
        return std::tie(b.waitNs, a.lock, a.thread) < std::tie(a.waitNs, b.lock, b.thread);
    });
    return out;
}

std::vector<Upkeep> upkeep(const Timeline& timeline) {
    struct Turn {
        int64_t beginNs;
        uint32_t thread;
        bool contended;
    };
    std::vector<std::vector<Turn>> turns(timeline.locks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (const Hold& hold : timeline.threads[t].holds)
            if (hold.lock.index() < turns.size() && !hold.retaken)
                turns[hold.lock.index()].push_back({hold.beginNs, t, hold.contended});
    std::vector<Upkeep> out;
    for (uint32_t l = 0; l < turns.size(); ++l) {
        const Lock& lock = timeline.locks[l];
        Upkeep row{LockId{l}, lock.acquisitions - std::min(lock.contended, lock.acquisitions)};
        if (row.uncontended == 0) continue;
        std::sort(turns[l].begin(), turns[l].end(),
                  [](auto& a, auto& b) { return std::tie(a.beginNs, a.thread) < std::tie(b.beginNs, b.thread); });
        uint64_t moved = 0, seen = 0;
        for (size_t i = 1; i < turns[l].size(); ++i) {
            if (turns[l][i].contended) continue;
            ++seen;
            moved += turns[l][i].thread != turns[l][i - 1].thread;
        }
        double share = seen ? static_cast<double>(moved) / static_cast<double>(seen) : 0;
        row.moves = static_cast<uint64_t>(share * static_cast<double>(row.uncontended) + 0.5);
        auto pairs = static_cast<double>(row.uncontended), moves = static_cast<double>(row.moves);
        row.lowNs = atMostForever(pairs * kPairLowNs + moves * kMoveLowNs);
        row.highNs = atMostForever(pairs * kPairHighNs + moves * kMoveHighNs);
        out.push_back(row);
    }
    std::sort(out.begin(), out.end(),
              [](const Upkeep& a, const Upkeep& b) { return std::tie(b.highNs, a.lock) < std::tie(a.highNs, b.lock); });
    return out;
}

}  // namespace raddle::trace
