#include "gui/models/recording/lock_detail.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace raddle::gui {
namespace {

// Those with some time, most first; the last number is what nobody is known for.
std::vector<trace::ThreadId> byTime(const std::vector<int64_t>& times) {
    std::vector<std::pair<int64_t, trace::ThreadId>> order;
    for (size_t i = 0; i < times.size(); ++i)
        if (times[i] > 0)
            order.emplace_back(-times[i],
                               i + 1 < times.size() ? trace::ThreadId{static_cast<uint32_t>(i)} : trace::ThreadId());
    std::sort(order.begin(), order.end());
    std::vector<trace::ThreadId> ids;
    for (const auto& [ns, id] : order) ids.push_back(id);
    return ids;
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

// A long recording has millions of waits for a lock, and someone has clicked on it: sums are found by index.
LockDetail lockDetail(const trace::Timeline& timeline, const LockTracks& lock, int64_t beginNs, int64_t endNs) {
    const size_t threads = timeline.threads.size();
    std::vector<int64_t> waited(threads + 1), blamed(threads + 1);
    std::unordered_map<uint64_t, int64_t> between;  // by waiter and holder
    auto indexOf = [&](trace::ThreadId id) { return std::min<size_t>(id.valid() ? id.index() : threads, threads); };
    std::unordered_map<uint64_t, BlamePair> pairs;
    for (const EventRef& ref : lock.waits) {
        const trace::Wait& wait = timeline.threads[ref.thread.index()].waits[ref.index];
        int64_t ns = std::min(wait.endNs, endNs) - std::max(wait.beginNs, beginNs);
        if (ns <= 0) continue;
        const size_t waiter = ref.thread.index(), holder = indexOf(wait.blocker);
        waited[waiter] += ns;
        blamed[holder] += ns;
        between[uint64_t{waiter} << 32 | holder] += ns;
        BlamePair& pair = pairs[uint64_t{wait.stack.value} << 32 | wait.blockerStack.value];
        pair.waiter = wait.stack;
        pair.holder = wait.blockerStack;
        pair.waitNs += ns;
        ++pair.waits;
        pair.maxNs = std::max(pair.maxNs, ns);
    }
    LockDetail detail;
    detail.waiters = byTime(waited);
    detail.holders = byTime(blamed);
    for (trace::ThreadId waiter : detail.waiters)
        for (trace::ThreadId holder : detail.holders)
            detail.cells.push_back(between[uint64_t{waiter.index()} << 32 | indexOf(holder)]);
    for (const auto& [stacks, pair] : pairs) detail.pairs.push_back(pair);
    std::sort(detail.pairs.begin(), detail.pairs.end(), [](const BlamePair& a, const BlamePair& b) {
        return std::tuple(-a.waitNs, a.waiter, a.holder) < std::tuple(-b.waitNs, b.waiter, b.holder);
    });
    return detail;
}

}  // namespace raddle::gui
