#include "gui/models/recording/function_stats.h"

#include <algorithm>
#include <unordered_map>

#include "trace/tables/function_times.h"

namespace raddle::gui {

std::vector<StackWaits> stackWaits(const trace::Timeline& timeline, int64_t beginNs, int64_t endNs,
                                   const std::vector<trace::ThreadId>& threads) {
    std::vector<StackWaits> byStack(timeline.stacks.size());
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        bool isWanted =
            threads.empty() || std::find(threads.begin(), threads.end(), trace::ThreadId{t}) != threads.end();
        if (!isWanted) continue;
        for (const trace::Wait& wait : timeline.threads[t].waits) {
            if (wait.stack.index() >= byStack.size()) continue;
            int64_t ns = std::min(wait.endNs, endNs) - std::max(wait.beginNs, beginNs);
            if (ns <= 0) continue;
            StackWaits& sum = byStack[wait.stack.index()];
            (wait.kind == trace::WaitKind::lock ? sum.lockNs : sum.otherNs) += ns;
            ++sum.waits;
        }
    }
    return byStack;
}

std::vector<FunctionWaits> functionWaits(const trace::Timeline& timeline, const std::vector<StackWaits>& byStack,
                                         const std::vector<trace::FunctionRow>& called) {
    const std::vector<trace::FunctionId> innermost = trace::innermostOf(timeline, called);
    std::vector<FunctionWaits> byFunction(timeline.functions.size());
    std::vector<size_t> seenIn(timeline.functions.size(), SIZE_MAX);
    for (size_t s = 0; s < byStack.size(); ++s) {
        if (byStack[s].waits == 0) continue;
        for (const trace::Frame& frame : timeline.stacks[s].frames) {
            size_t f = frame.function.index();
            if (f >= byFunction.size() || seenIn[f] == s) continue;
            seenIn[f] = s;
            byFunction[f].lockNs += byStack[s].lockNs;
            byFunction[f].otherNs += byStack[s].otherNs;
            byFunction[f].waits += byStack[s].waits;
        }
        if (!innermost[s].valid()) continue;
        byFunction[innermost[s].index()].ownLockNs += byStack[s].lockNs;
        byFunction[innermost[s].index()].ownOtherNs += byStack[s].otherNs;
    }
    return byFunction;
}

namespace {

std::vector<Neighbour> sorted(const std::unordered_map<uint32_t, Neighbour>& found) {
    std::vector<Neighbour> list;
    for (const auto& [id, neighbour] : found) list.push_back(neighbour);
    std::sort(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) {
        return a.timeNs != b.timeNs ? a.timeNs > b.timeNs : a.function < b.function;
    });
    return list;
}

}  // namespace

Neighbours neighboursOf(const trace::Timeline& timeline, trace::FunctionId function, int64_t beginNs, int64_t endNs) {
    std::unordered_map<uint32_t, Neighbour> callers, callees;
    auto add = [](std::unordered_map<uint32_t, Neighbour>& to, trace::FunctionId id, int64_t ns, uint64_t calls = 1) {
        Neighbour& n = to[id.value];
        n.function = id;
        n.calls += calls;
        n.timeNs += ns;
    };
    for (const trace::Thread& thread : timeline.threads) {
        std::vector<trace::FunctionId> path;  // the function active at each depth
        for (const trace::Call& call : thread.calls) {
            if (call.depth > path.size()) continue;  // its parent was not recorded
            path.resize(call.depth);
            trace::FunctionId parent = path.empty() ? trace::FunctionId() : path.back();
            bool nested = std::find(path.begin(), path.end(), function) != path.end();
            path.push_back(call.function);
            if (call.beginNs < beginNs || call.beginNs >= endNs) continue;
            if (call.function == function) add(callers, parent, nested ? 0 : call.endNs - call.beginNs);
            if (parent == function) add(callees, call.function, call.endNs - call.beginNs);
        }
        // As in the table of functions: what was counted only belongs to all of a thread's time.
        if (beginNs > thread.beginNs || endNs < thread.endNs) continue;
        for (const trace::CountedCalls& counted : thread.countedCalls) {
            if (counted.function == function) add(callers, counted.caller, counted.outerNs, counted.calls);
            if (counted.caller == function) add(callees, counted.function, counted.ns, counted.calls);
        }
    }
    return {sorted(callers), sorted(callees)};
}

}  // namespace raddle::gui
