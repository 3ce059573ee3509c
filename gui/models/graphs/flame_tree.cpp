#include "gui/models/graphs/flame_tree.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "trace/tables/call_tree.h"

namespace raddle::gui {
namespace {

using trace::Timeline;
using trace::Wait;
using trace::WaitKind;
using Kind = FlameNode::Kind;

constexpr size_t kDeepest = 256;  // frames of a stack that are shown

struct Label {
    Kind kind = Kind::function;
    uint32_t id = 0;

    bool operator==(const Label&) const = default;
};

struct Cost {
    int64_t ns = 0;
    uint64_t count = 0;
};

// Merges paths into a tree whose children are found by label, then lays it out level by level.
class TreeBuilder {
  public:
    TreeBuilder() { nodes_.push_back({}); }

    // `countedOnce`: at the end of the path only, as calls are; waits and samples count for all they pass through.
    void add(const std::vector<Label>& path, const Cost& cost, bool countedOnce) {
        uint32_t at = 0;
        const Cost passing{cost.ns, countedOnce ? 0 : cost.count};
        enter(at, passing);
        for (const Label& label : path) {
            uint64_t key = uint64_t{at} << 35 ^ uint64_t { static_cast<uint8_t>(label.kind) } << 32 ^ label.id;
            auto [child, isNew] = children_.try_emplace(key, static_cast<uint32_t>(nodes_.size()));
            if (isNew) nodes_.push_back({label.kind, label.id, at, FlameNode::kNone, 0, 0, 0, 0});
            at = child->second;
            enter(at, passing);
        }
        nodes_[at].selfNs += cost.ns;
        if (countedOnce) nodes_[at].count += cost.count;
    }

    FlameTree finish() {
        FlameTree tree;
        if (nodes_[0].totalNs <= 0) return tree;
        std::vector<std::vector<uint32_t>> below(nodes_.size());
        for (uint32_t i = 1; i < nodes_.size(); ++i) below[nodes_[i].parent].push_back(i);
        std::vector<std::pair<uint32_t, uint32_t>> order{{0, 0}};  // old node, depth
        tree.nodes.push_back(nodes_[0]);
        for (uint32_t next = 0; next < order.size(); ++next) {
            auto [old, depth] = order[next];
            tree.depth = std::max(tree.depth, depth);
            std::vector<uint32_t>& children = below[old];
            std::sort(children.begin(), children.end(), [&](uint32_t a, uint32_t b) {
                return nodes_[a].totalNs != nodes_[b].totalNs ? nodes_[a].totalNs > nodes_[b].totalNs : a < b;
            });
            tree.nodes[next].firstChild = static_cast<uint32_t>(tree.nodes.size());
            tree.nodes[next].children = static_cast<uint32_t>(children.size());
            for (uint32_t child : children) {
                tree.nodes.push_back(nodes_[child]);
                tree.nodes.back().parent = next;
                order.emplace_back(child, depth + 1);
            }
        }
        return tree;
    }

  private:
    void enter(uint32_t node, const Cost& cost) {
        nodes_[node].totalNs += cost.ns;
        nodes_[node].count += cost.count;
    }

    std::vector<FlameNode> nodes_;
    std::unordered_map<uint64_t, uint32_t> children_;
};

bool wanted(FlameCost cost, WaitKind kind) {
    switch (kind) {
        case WaitKind::lock:
            return cost == FlameCost::waits || cost == FlameCost::lockWaits;
        case WaitKind::condition:
        case WaitKind::semaphore:
        case WaitKind::barrier:
        case WaitKind::futex:
        case WaitKind::once:
            return cost == FlameCost::waits || cost == FlameCost::eventWaits;
        case WaitKind::join:
        case WaitKind::sleep:
        case WaitKind::io:
            return cost == FlameCost::waits || cost == FlameCost::otherWaits;
    }
    return false;
}

class Collector {
  public:
    Collector(const Timeline& timeline, const FlameQuery& query)
        : t_(timeline), q_(query), runtime_(timeline.functions.size()) {
        for (uint32_t f = 0; f < runtime_.size(); ++f) runtime_[f] = isRuntime(t_, {f});
    }

    FlameTree run() {
        for (uint32_t t = 0; t < t_.threads.size(); ++t) {
            if (!q_.threads.empty() && !std::binary_search(q_.threads.begin(), q_.threads.end(), trace::ThreadId{t}))
                continue;
            thread_ = t;
            if (q_.cost == FlameCost::samples)
                samples(t_.threads[t]);
            else if (q_.cost == FlameCost::calls)
                calls(t_.threads[t]);
            else
                waits(t_.threads[t]);
        }
        return tree_.finish();
    }

  private:
    int64_t clipped(int64_t begin, int64_t end) const {
        return q_.range ? std::min(end, q_.range->endNs) - std::max(begin, q_.range->beginNs) : end - begin;
    }

    // The program's own frames, outermost first; all of them when nothing else is there. Where a thread was on the
    // processor it is in its callees that count, libraries' too; where it waited, how the wait was begun does not.
    std::vector<Label> framesOf(trace::StackId id) const {
        std::vector<Label> path;
        const trace::Stack* stack = lookup(t_.stacks, id);
        if (!stack) return path;
        auto own = [&](const trace::Frame& f) {
            return f.function.index() >= runtime_.size() || !runtime_[f.function.index()];
        };
        auto inner = q_.cost == FlameCost::samples ? stack->frames.begin()
                                                   : std::find_if(stack->frames.begin(), stack->frames.end(), own);
        auto outer = std::find_if(stack->frames.rbegin(), stack->frames.rend(), own).base();
        if (inner >= outer) inner = stack->frames.begin(), outer = stack->frames.end();
        for (auto frame = outer; frame != inner && path.size() < kDeepest;)
            if (!trace::isRecorder(t_, (--frame)->function)) path.push_back({Kind::function, frame->function.value});
        return path;
    }

    // `path` outermost first, `top` what stands on it.
    void add(std::vector<Label> path, std::vector<Label> top, const Cost& cost) {
        if (cost.ns <= 0 && cost.count == 0) return;
        std::vector<Label> whole;
        if (q_.around.valid()) {
            auto is = [&](const Label& l) { return l == Label{Kind::function, q_.around.value}; };
            auto first = std::find_if(path.begin(), path.end(), is);
            if (first == path.end()) return;
            if (q_.fromLeaves) {
                // Outwards from the innermost place: its callers.
                auto last = std::find_if(path.rbegin(), path.rend(), is);
                whole.assign(last, path.rend());
            } else {
                whole.assign(first, path.end());
                whole.insert(whole.end(), top.begin(), top.end());
            }
        } else {
            if (q_.byThread) whole.push_back({Kind::thread, thread_});
            if (q_.fromLeaves) {
                std::reverse(path.begin(), path.end());
                if (!top.empty()) whole.push_back(top.front());
                whole.insert(whole.end(), path.begin(), path.end());
            } else {
                whole.insert(whole.end(), path.begin(), path.end());
                whole.insert(whole.end(), top.begin(), top.end());
            }
        }
        tree_.add(whole, cost, q_.cost == FlameCost::calls);
    }

    void samples(const trace::Thread& thread) {
        std::unordered_map<uint32_t, Cost> byStack;
        for (const trace::Sample& sample : thread.samples) {
            if (q_.range && (sample.atNs < q_.range->beginNs || sample.atNs >= q_.range->endNs)) continue;
            Cost& cost = byStack[sample.stack.value];
            cost.ns += sample.weightNs;
            ++cost.count;
        }
        for (const auto& [stack, cost] : byStack) add(framesOf({stack}), {}, cost);
    }

    // Each call's own time goes to the path that leads to it.
    void calls(const trace::Thread& thread) {
        struct Open {
            uint32_t path;
            int64_t beginNs, endNs, inCallees;
        };
        struct PathNode {
            uint32_t parent, function;
            Cost cost;
        };
        std::vector<PathNode> paths;
        std::unordered_map<uint64_t, uint32_t> known;
        std::vector<Open> open;
        auto close = [&] {
            const Open& o = open.back();
            int64_t ns = std::max<int64_t>(clipped(o.beginNs, o.endNs), 0);
            paths[o.path].cost.ns += std::max<int64_t>(ns - o.inCallees, 0);
            open.pop_back();
            if (!open.empty()) open.back().inCallees += ns;
        };
        for (const trace::Call& call : thread.calls) {
            while (open.size() > call.depth) close();
            if (open.size() < call.depth) continue;  // its caller was not recorded
            uint32_t parent = open.empty() ? UINT32_MAX : open.back().path;
            auto [at, isNew] =
                known.try_emplace(uint64_t{parent} << 32 | call.function.value, static_cast<uint32_t>(paths.size()));
            if (isNew) paths.push_back({parent, call.function.value, {}});
            open.push_back({at->second, call.beginNs, call.endNs, 0});
            if (clipped(call.beginNs, call.endNs) > 0) ++paths[at->second].cost.count;
        }
        while (!open.empty()) close();
        for (const PathNode& node : paths) {
            std::vector<Label> path;
            for (const PathNode* n = &node; path.size() < kDeepest; n = &paths[n->parent]) {
                path.push_back({Kind::function, n->function});
                if (n->parent == UINT32_MAX) break;
            }
            std::reverse(path.begin(), path.end());
            add(std::move(path), {}, node.cost);
        }
    }

    void waits(const trace::Thread& thread) {
        struct Key {
            trace::StackId stack;
            WaitKind kind;
            uint32_t what;
            trace::ThreadId blocker;
            trace::StackId blockerStack;

            auto operator<=>(const Key&) const = default;
        };
        std::map<Key, Cost> merged;
        for (const Wait& wait : thread.waits) {
            if (!wanted(q_.cost, wait.kind)) continue;
            if (q_.lock.valid() && (wait.kind != WaitKind::lock || wait.lock != q_.lock)) continue;
            int64_t ns = clipped(wait.beginNs, wait.endNs);
            if (ns <= 0) continue;
            uint32_t what = wait.kind == WaitKind::lock ? wait.lock.value : wait.object.value;
            Cost& cost = merged[{wait.stack, wait.kind, what, wait.blocker, wait.blockerStack}];
            cost.ns += ns;
            ++cost.count;
        }
        for (const auto& [key, cost] : merged) {
            std::vector<Label> top;
            if (key.kind == WaitKind::lock)
                top.push_back({Kind::lock, key.what});
            else if (key.what != UINT32_MAX)
                top.push_back({Kind::object, key.what});
            else
                top.push_back({Kind::reason, static_cast<uint32_t>(key.kind)});
            if (key.blocker.valid()) {
                top.push_back({key.kind == WaitKind::lock ? Kind::heldBy : Kind::wokenBy, key.blocker.value});
                std::vector<Label> there = framesOf(key.blockerStack);
                top.insert(top.end(), there.rbegin(), there.rend());
            }
            add(framesOf(key.stack), std::move(top), cost);
        }
    }

    const Timeline& t_;
    const FlameQuery& q_;
    std::vector<bool> runtime_;
    TreeBuilder tree_;
    uint32_t thread_ = 0;
};

template <class T>
QString nameIn(const std::vector<T>& list, uint32_t id, const char* none) {
    return id < list.size() ? QString::fromStdString(list[id].name) : QString::fromUtf8(none);
}

}  // namespace

FlameTree flameTree(const Timeline& timeline, const FlameQuery& query) {
    return Collector(timeline, query).run();
}

bool hasCost(const Timeline& timeline, FlameCost cost) {
    return std::any_of(timeline.threads.begin(), timeline.threads.end(), [&](const trace::Thread& thread) {
        if (cost == FlameCost::samples) return !thread.samples.empty();
        if (cost == FlameCost::calls) return !thread.calls.empty();
        return std::any_of(thread.waits.begin(), thread.waits.end(),
                           [&](const Wait& wait) { return wanted(cost, wait.kind); });
    });
}

QString nodeText(const Timeline& timeline, const FlameNode& node) {
    switch (node.kind) {
        case Kind::root:
            return QStringLiteral("all");
        case Kind::function:
            return node.id < timeline.functions.size() ? functionText(timeline.functions[node.id])
                                                       : QStringLiteral("?");
        case Kind::thread:
            return nameIn(timeline.threads, node.id, "?");
        case Kind::lock:
            return QStringLiteral("waits for ") + nameIn(timeline.locks, node.id, "a lock");
        case Kind::object:
            return QStringLiteral("waits for ") + nameIn(timeline.objects, node.id, "an event");
        case Kind::reason:
            return static_cast<WaitKind>(node.id) == WaitKind::sleep  ? QStringLiteral("sleeps")
                   : static_cast<WaitKind>(node.id) == WaitKind::join ? QStringLiteral("joins")
                   : static_cast<WaitKind>(node.id) == WaitKind::io   ? QStringLiteral("input and output")
                                                                      : QStringLiteral("waits");
        case Kind::heldBy:
            return QStringLiteral("held by ") + nameIn(timeline.threads, node.id, "?");
        case Kind::wokenBy:
            return QStringLiteral("until ") + nameIn(timeline.threads, node.id, "?");
    }
    return {};
}

QString nodePlace(const Timeline& timeline, const FlameNode& node) {
    if (node.kind != Kind::function || node.id >= timeline.functions.size()) return {};
    return placeText(timeline.functions[node.id].at);
}

}  // namespace raddle::gui
