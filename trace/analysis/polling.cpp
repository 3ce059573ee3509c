#include "trace/analysis/polling.h"

#include <algorithm>

#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

constexpr double kOwnShare = 0.9;      // of a lock's holds, when it is a thread's own
constexpr double kSampledShare = 0.8;  // of samples, in the function that asks
constexpr size_t kEnoughSamples = 20;

struct Place {
    LockId lock;
    StackId stack;

    bool operator==(const Place&) const = default;
};

// Whether the thread begins to wait for anything between two moments.
bool standsStill(const Thread& thread, int64_t beginNs, int64_t endNs) {
    auto next = std::lower_bound(thread.waits.begin(), thread.waits.end(), beginNs,
                                 [](const Wait& wait, int64_t ns) { return wait.beginNs < ns; });
    return next != thread.waits.end() && next->beginNs < endNs;
}

bool isBrief(const Hold& hold) {
    return hold.finished && !hold.contended && hold.endNs - hold.beginNs <= kPollingHoldNs;
}

Polling longestOf(const Thread& thread, ThreadId id) {
    std::vector<std::pair<Place, Polling>> found;
    for (size_t i = 0; i + 1 < thread.holds.size(); ++i) {
        const Hold& hold = thread.holds[i];
        const Hold& next = thread.holds[i + 1];
        Place place{hold.lock, hold.stack};
        if (!isBrief(hold) || !isBrief(next) || !(place == Place{next.lock, next.stack})) continue;
        if (standsStill(thread, hold.beginNs, next.beginNs)) continue;
        auto at = std::find_if(found.begin(), found.end(), [&](const auto& entry) { return entry.first == place; });
        if (at == found.end()) at = found.insert(found.end(), {place, {id, place.lock}});
        at->second.ns += next.beginNs - hold.endNs;
        ++at->second.turns;
        if (found.size() > 8) return {};  // it does many things
    }
    Polling best;
    for (const auto& [place, polling] : found)
        if (polling.ns > best.ns) best = polling;
    return best;
}

FunctionId takerOf(const Timeline& timeline, const Thread& thread, LockId lock) {
    for (const Hold& hold : thread.holds)
        if (hold.lock == lock && isBrief(hold)) return siteOf(timeline, hold.stack).function;
    return {};
}

// Whether the samples, if there are enough, let the thread be in the function that asks.
bool isInFunction(const Timeline& timeline, const Thread& thread, Polling& polling) {
    polling.isSampled = thread.samples.size() >= kEnoughSamples;
    if (!polling.isSampled) return true;
    auto there = std::count_if(thread.samples.begin(), thread.samples.end(), [&](const Sample& sample) {
        return sample.stack.index() < timeline.stacks.size() && !timeline.stacks[sample.stack.index()].frames.empty() &&
               timeline.stacks[sample.stack.index()].frames[0].function == polling.function;
    });
    return static_cast<double>(there) >= kSampledShare * static_cast<double>(thread.samples.size());
}

}  // namespace

std::vector<Polling> pollings(const Timeline& timeline) {
    std::vector<uint64_t> holds(timeline.locks.size());
    for (const Thread& thread : timeline.threads)
        for (const Hold& hold : thread.holds)
            if (hold.lock.index() < holds.size()) ++holds[hold.lock.index()];
    std::vector<Polling> out;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const Thread& thread = timeline.threads[t];
        if (thread.holds.size() <= kPollingTurns) continue;
        Polling polling = longestOf(thread, ThreadId{t});
        auto life = static_cast<double>(thread.endNs - thread.beginNs);
        if (polling.turns < kPollingTurns || static_cast<double>(polling.ns) < kPollingShare * life) continue;
        if (polling.lock.index() >= holds.size() ||
            static_cast<double>(polling.turns) < kOwnShare * static_cast<double>(holds[polling.lock.index()]))
            continue;
        polling.function = takerOf(timeline, thread, polling.lock);
        if (isInFunction(timeline, thread, polling)) out.push_back(polling);
    }
    return out;
}

}  // namespace raddle::trace
