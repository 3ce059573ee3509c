#include "gui/models/recording/sampled_neighbours.h"

#include <algorithm>
#include <map>
#include <set>

#include "trace/tables/call_tree.h"

namespace raddle::gui {
namespace {

struct Weight {
    int64_t ns = 0;
    uint64_t samples = 0;
};

std::vector<Weight> weightsOf(const trace::Timeline& timeline, int64_t beginNs, int64_t endNs) {
    std::vector<Weight> byStack(timeline.stacks.size());
    for (const trace::Thread& thread : timeline.threads)
        for (const trace::Sample& sample : thread.samples) {
            if (sample.atNs < beginNs || sample.atNs >= endNs || sample.stack.index() >= byStack.size()) continue;
            byStack[sample.stack.index()].ns += sample.weightNs;
            ++byStack[sample.stack.index()].samples;
        }
    return byStack;
}

void add(std::map<trace::FunctionId, Neighbour>& to, const std::set<trace::FunctionId>& found, const Weight& weight) {
    for (trace::FunctionId id : found) {
        Neighbour& neighbour = to[id];
        neighbour.function = id;
        neighbour.calls += weight.samples;
        neighbour.timeNs += weight.ns;
    }
}

std::vector<Neighbour> sorted(const std::map<trace::FunctionId, Neighbour>& found) {
    std::vector<Neighbour> list;
    for (const auto& [id, neighbour] : found) list.push_back(neighbour);
    std::sort(list.begin(), list.end(),
              [](auto& a, auto& b) { return a.timeNs != b.timeNs ? a.timeNs > b.timeNs : a.function < b.function; });
    return list;
}

}  // namespace

Neighbours sampledNeighboursOf(const trace::Timeline& timeline, trace::FunctionId function, int64_t beginNs,
                               int64_t endNs) {
    const std::vector<Weight> weights = weightsOf(timeline, beginNs, endNs);
    std::map<trace::FunctionId, Neighbour> callers, callees;
    for (size_t s = 0; s < weights.size(); ++s) {
        if (weights[s].samples == 0) continue;
        std::vector<trace::Frame> frames = timeline.stacks[s].frames;
        std::erase_if(frames, [&](const trace::Frame& f) { return trace::isRecorder(timeline, f.function); });
        std::set<trace::FunctionId> above, below;
        for (size_t i = 0; i < frames.size(); ++i) {
            if (frames[i].function != function) continue;
            above.insert(i + 1 < frames.size() ? frames[i + 1].function : trace::FunctionId());
            if (i > 0) below.insert(frames[i - 1].function);
        }
        add(callers, above, weights[s]);
        add(callees, below, weights[s]);
    }
    return {sorted(callers), sorted(callees)};
}

}  // namespace raddle::gui
