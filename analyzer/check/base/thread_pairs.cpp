#include "analyzer/check/base/thread_pairs.h"

#include <algorithm>

namespace raddle::check {

using namespace facts;

const ThreadPairs::Programs& ThreadPairs::programs(uint32_t set) {
    if (programs_.empty()) programs_.resize(sets_.count());
    Programs& programs = programs_[set];
    if (programs.known) return programs;
    programs.known = true;
    for (ThreadId thread : sets_.threads(set)) {
        const std::set<ThreadId>& mains = facts_.thread(thread).mains;
        for (ThreadId main : mains) programs.ofMain[main].push_back(thread);
        if (mains.empty()) programs.ofAny.push_back(thread);
    }
    return programs;
}

const std::vector<std::pair<ThreadId, ThreadId>>& ThreadPairs::of(uint32_t a, uint32_t b) {
    auto [known, isNew] = pairs_.try_emplace({a, b});
    auto& pairs = known->second;
    if (!isNew) return pairs;
    const Programs& others = programs(b);
    for (ThreadId x : sets_.threads(a)) {
        const Thread& first = facts_.thread(x);
        if (first.kind == ThreadKind::staticInit) continue;
        std::vector<ThreadId> candidates = others.ofAny;
        if (first.mains.empty() || facts_.program->mains.size() < 2) {
            candidates.assign(sets_.threads(b).begin(), sets_.threads(b).end());
        } else {
            for (ThreadId main : first.mains)
                if (auto in = others.ofMain.find(main); in != others.ofMain.end())
                    candidates.insert(candidates.end(), in->second.begin(), in->second.end());
            std::sort(candidates.begin(), candidates.end());
            candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
        }
        for (ThreadId y : candidates)
            if (facts_.thread(y).kind != ThreadKind::staticInit && (x != y || first.many)) pairs.emplace_back(x, y);
    }
    return pairs;
}

bool ThreadPairs::meet(ThreadId a, LiveSetId liveA, ThreadId b, LiveSetId liveB) {
    auto [known, isNew] = meetings_.try_emplace({a.value, liveA.value, b.value, liveB.value}, false);
    if (isNew) known->second = mayRunInParallel(facts_, a, liveA, b, liveB);
    return known->second;
}

}  // namespace raddle::check
