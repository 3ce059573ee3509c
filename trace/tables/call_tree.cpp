#include "trace/tables/call_tree.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace raddle::trace {
namespace {

void grow(int64_t& total, int64_t ns) {
    if (__builtin_add_overflow(total, ns, &total)) total = INT64_MAX;
}

class Builder {
  public:
    Builder(ThreadId thread, CallSource source) : tree_{thread, source, {}, source == CallSource::samples} {}

    uint32_t child(uint32_t parent, FunctionId function) {
        auto [it, isNew] = children_.try_emplace({parent, function.value}, static_cast<uint32_t>(tree_.nodes.size()));
        if (isNew) tree_.nodes.push_back({function, parent, 0, 0, 0});
        return it->second;
    }
    CallNode& at(uint32_t node) { return tree_.nodes[node]; }

    // Calls that were counted only are known by their caller: its nodes share them, as often as each was entered.
    void addCounted(const CountedCalls& counted) {
        tree_.isEstimated = true;
        std::vector<uint32_t> callers = nodesOf(counted.caller);
        double entered = 0;
        for (uint32_t node : callers) entered += static_cast<double>(tree_.nodes[node].count);
        if (callers.empty()) return addTo(CallNode::kNoParent, counted.function, counted.calls, counted.ns);
        uint64_t callsLeft = counted.calls;
        for (uint32_t node : callers) {
            double share = entered > 0 ? static_cast<double>(tree_.nodes[node].count) / entered
                                       : 1 / static_cast<double>(callers.size());
            auto calls = std::min(callsLeft, static_cast<uint64_t>(share * static_cast<double>(counted.calls) + 0.5));
            if (node == callers.back()) calls = callsLeft;
            callsLeft -= calls;
            auto ns = static_cast<int64_t>(share * static_cast<double>(counted.ns));
            int64_t& callersNs = tree_.nodes[node].selfNs;
            callersNs = std::max<int64_t>(0, callersNs - ns);
            addTo(node, counted.function, calls, ns);
        }
    }
    std::vector<uint32_t> nodesOf(FunctionId function) const {
        std::vector<uint32_t> nodes;
        for (uint32_t i = 0; function.valid() && i < tree_.nodes.size(); ++i)
            if (tree_.nodes[i].function == function) nodes.push_back(i);
        return nodes;
    }

    // Children come after their parents, so one pass backwards adds them up.
    CallTree take() {
        for (size_t i = tree_.nodes.size(); i-- > 0;) {
            CallNode& node = tree_.nodes[i];
            grow(node.cumulativeNs, node.selfNs);
            if (node.parent != CallNode::kNoParent) grow(tree_.nodes[node.parent].cumulativeNs, node.cumulativeNs);
        }
        return std::move(tree_);
    }

  private:
    void addTo(uint32_t parent, FunctionId function, uint64_t calls, int64_t ns) {
        CallNode& node = tree_.nodes[child(parent, function)];
        node.count += calls;
        grow(node.selfNs, ns);
    }

    struct Hash {
        size_t operator()(const std::pair<uint32_t, uint32_t>& key) const {
            return std::hash<uint64_t>()(uint64_t{key.first} << 32 | key.second);
        }
    };
    CallTree tree_;
    std::unordered_map<std::pair<uint32_t, uint32_t>, uint32_t, Hash> children_;
};

// Callers before what they call, as far as they do not call each other.
void addCountedCalls(Builder& builder, std::vector<CountedCalls> left) {
    while (!left.empty()) {
        auto isFree = [&](const CountedCalls& counted) {
            return std::none_of(left.begin(), left.end(), [&](const CountedCalls& other) {
                return other.function == counted.caller && other.caller != counted.caller;
            });
        };
        auto next = std::find_if(left.begin(), left.end(), isFree);
        if (next == left.end())
            next = std::find_if(left.begin(), left.end(),
                                [&](const CountedCalls& counted) { return !builder.nodesOf(counted.caller).empty(); });
        if (next == left.end()) next = left.begin();
        builder.addCounted(*next);
        left.erase(next);
    }
}

CallTree treeOfCalls(const Timeline& timeline, ThreadId id) {
    struct Open {
        uint32_t node;
        int64_t endNs;
    };
    Builder builder(id, CallSource::calls);
    std::vector<Open> open;
    for (const Call& call : timeline.threads[id.index()].calls) {
        if (!call.function.valid() || call.function.index() >= timeline.functions.size()) continue;
        if (open.size() > call.depth) open.resize(call.depth);
        const uint32_t parent = open.empty() ? CallNode::kNoParent : open.back().node;
        const uint32_t node = builder.child(parent, call.function);
        // A callee has no time that its caller does not have.
        const int64_t endNs = open.empty() ? call.endNs : std::min(call.endNs, open.back().endNs);
        const int64_t ns = std::max<int64_t>(0, endNs - call.beginNs);
        ++builder.at(node).count;
        grow(builder.at(node).selfNs, ns);
        if (parent != CallNode::kNoParent) grow(builder.at(parent).selfNs, -ns);
        open.push_back({node, endNs});
    }
    const List<CountedCalls>& counted = timeline.threads[id.index()].countedCalls;
    addCountedCalls(builder, {counted.begin(), counted.end()});
    return builder.take();
}

CallTree treeOfSamples(const Timeline& timeline, ThreadId id, int64_t beginNs = INT64_MIN, int64_t endNs = INT64_MAX) {
    Builder builder(id, CallSource::samples);
    for (const Sample& sample : timeline.threads[id.index()].samples) {
        if (sample.atNs < beginNs || sample.atNs >= endNs) continue;
        if (!sample.stack.valid() || sample.stack.index() >= timeline.stacks.size()) continue;
        const std::vector<Frame>& frames = timeline.stacks[sample.stack.index()].frames;
        uint32_t node = CallNode::kNoParent;
        for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
            if (!isRecorder(timeline, frame->function)) node = builder.child(node, frame->function);
        if (node == CallNode::kNoParent) continue;
        ++builder.at(node).count;
        grow(builder.at(node).selfNs, sample.weightNs);
    }
    return builder.take();
}

}  // namespace

std::vector<CallTree> callTrees(const Timeline& timeline) {
    std::vector<CallTree> trees;
    for (uint32_t i = 0; i < timeline.threads.size(); ++i) {
        if (!timeline.threads[i].calls.empty() || !timeline.threads[i].countedCalls.empty())
            trees.push_back(treeOfCalls(timeline, ThreadId{i}));
        if (!timeline.threads[i].samples.empty()) trees.push_back(treeOfSamples(timeline, ThreadId{i}));
    }
    return trees;
}

std::vector<CallTree> sampledTrees(const Timeline& timeline, int64_t beginNs, int64_t endNs,
                                   const std::vector<ThreadId>& threads) {
    std::vector<CallTree> trees;
    for (uint32_t i = 0; i < timeline.threads.size(); ++i) {
        bool isWanted = threads.empty() || std::find(threads.begin(), threads.end(), ThreadId{i}) != threads.end();
        if (isWanted && !timeline.threads[i].samples.empty())
            trees.push_back(treeOfSamples(timeline, ThreadId{i}, beginNs, endNs));
    }
    return trees;
}

bool isRecorder(const Timeline& timeline, FunctionId function) {
    return function.index() < timeline.functions.size() &&
           timeline.functions[function.index()].module.ends_with("/libraddle_rt.so");
}

SampledTime sampledTime(const Timeline& timeline, const std::vector<ThreadId>& threads) {
    SampledTime out;
    int64_t cpuNs = 0;
    bool isKnown = timeline.complete && !timeline.isTail;
    for (uint32_t i = 0; i < timeline.threads.size(); ++i) {
        if (!threads.empty() && std::find(threads.begin(), threads.end(), ThreadId{i}) == threads.end()) continue;
        const Thread& thread = timeline.threads[i];
        isKnown = isKnown && thread.cpuNs >= 0;
        grow(cpuNs, thread.cpuNs);
        out.samples += thread.samples.size();
        for (const Sample& sample : thread.samples) grow(out.seenNs, sample.weightNs);
    }
    if (isKnown && out.samples > 0) out.unseenNs = std::max<int64_t>(0, cpuNs - out.seenNs);
    return out;
}

std::vector<FunctionRow> functionRows(const std::vector<const CallTree*>& trees) {
    std::map<FunctionId, FunctionRow> rows;
    for (const CallTree* tree : trees)
        for (const CallNode& node : tree->nodes) {
            FunctionRow& row = rows[node.function];
            row.function = node.function;
            row.calls += node.count;
            grow(row.selfNs, node.selfNs);
            bool isOutermost = true;
            for (uint32_t up = node.parent; up != CallNode::kNoParent && isOutermost; up = tree->nodes[up].parent)
                isOutermost = tree->nodes[up].function != node.function;
            if (isOutermost) grow(row.cumulativeNs, node.cumulativeNs);
        }
    std::vector<FunctionRow> sorted;
    for (auto& [function, row] : rows) sorted.push_back(row);
    std::sort(sorted.begin(), sorted.end(), [](const FunctionRow& a, const FunctionRow& b) {
        if (a.selfNs != b.selfNs) return a.selfNs > b.selfNs;
        return a.cumulativeNs != b.cumulativeNs ? a.cumulativeNs > b.cumulativeNs : a.function < b.function;
    });
    return sorted;
}

std::vector<FunctionRow> functionsOf(const std::vector<CallTree>& trees) {
    std::vector<const CallTree*> all;
    for (const CallTree& tree : trees) all.push_back(&tree);
    return functionRows(all);
}

}  // namespace raddle::trace
