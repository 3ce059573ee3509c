#include "gui/models/recording/lock_detail.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace raddle::gui {
namespace {

std::vector<trace::ThreadId> byTime(const std::map<trace::ThreadId, int64_t>& times) {
    std::vector<trace::ThreadId> ids;
    for (const auto& [id, ns] : times) ids.push_back(id);
    std::sort(ids.begin(), ids.end(),
              [&](auto a, auto b) { return std::pair(-times.at(a), a) < std::pair(-times.at(b), b); });
    return ids;
}

size_t indexIn(const std::vector<trace::ThreadId>& ids, trace::ThreadId id) {
    return static_cast<size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
}

}  // namespace

std::vector<trace::StackId> mostlyHeldIn(const trace::Timeline& timeline, int64_t beginNs, int64_t endNs) {
    std::unordered_map<uint64_t, int64_t> blamed;  // by lock and stack
    for (const trace::Thread& thread : timeline.threads)
        for (const trace::Wait& wait : thread.waits) {
            int64_t ns = std::min(wait.endNs, endNs) - std::max(wait.beginNs, beginNs);
            if (ns > 0 && wait.kind == trace::WaitKind::lock && wait.blockerStack.valid())
                blamed[uint64_t{wait.lock.value} << 32 | wait.blockerStack.value] += ns;
        }
    std::vector<trace::StackId> most(timeline.locks.size());
    std::vector<int64_t> mostNs(timeline.locks.size(), 0);
    for (const auto& [where, ns] : blamed) {
        const size_t lock = where >> 32;
        const trace::StackId stack{static_cast<uint32_t>(where)};
        if (lock >= most.size() || ns < mostNs[lock] || (ns == mostNs[lock] && most[lock] < stack)) continue;
        most[lock] = stack;
        mostNs[lock] = ns;
    }
    return most;
}

LockDetail lockDetail(const trace::Timeline& timeline, const LockTracks& lock, int64_t beginNs, int64_t endNs) {
    std::map<trace::ThreadId, int64_t> waited, blamed;
    std::map<std::pair<trace::ThreadId, trace::ThreadId>, int64_t> between;
    std::map<std::pair<trace::StackId, trace::StackId>, BlamePair> pairs;
    for (const EventRef& ref : lock.waits) {
        const trace::Wait& wait = timeline.threads[ref.thread.index()].waits[ref.index];
        int64_t ns = std::min(wait.endNs, endNs) - std::max(wait.beginNs, beginNs);
        if (ns <= 0) continue;
        trace::ThreadId holder = lookup(timeline.threads, wait.blocker) ? wait.blocker : trace::ThreadId();
        waited[ref.thread] += ns;
        blamed[holder] += ns;
        between[{ref.thread, holder}] += ns;
        BlamePair& pair = pairs[{wait.stack, wait.blockerStack}];
        pair.waiter = wait.stack;
        pair.holder = wait.blockerStack;
        pair.waitNs += ns;
        ++pair.waits;
        pair.maxNs = std::max(pair.maxNs, ns);
    }
    LockDetail detail;
    detail.waiters = byTime(waited);
    detail.holders = byTime(blamed);
    detail.cells.assign(detail.waiters.size() * detail.holders.size(), 0);
    for (const auto& [who, ns] : between)
        detail.cells[indexIn(detail.waiters, who.first) * detail.holders.size() + indexIn(detail.holders, who.second)] =
            ns;
    for (const auto& [stacks, pair] : pairs) detail.pairs.push_back(pair);
    std::sort(detail.pairs.begin(), detail.pairs.end(), [](const BlamePair& a, const BlamePair& b) {
        return std::tuple(-a.waitNs, a.waiter, a.holder) < std::tuple(-b.waitNs, b.waiter, b.holder);
    });
    return detail;
}

}  // namespace raddle::gui
