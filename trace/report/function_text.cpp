#include "trace/report/function_text.h"

#include <algorithm>

#include "trace/report/table_words.h"
#include "trace/tables/call_tree.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr size_t kMostFunctions = 30;
constexpr size_t kMostThreads = 10;
constexpr size_t kMostOfThread = 4;
constexpr size_t kMostNodes = 40;
constexpr size_t kNameWidth = 48;
constexpr int64_t kLeastShare = 50;  // a node of the tree is shown from a fiftieth of all time on

int64_t selfNs(const CallTree& tree) {
    int64_t sum = 0;
    for (const CallNode& node : tree.nodes) sum += node.selfNs;
    return sum;
}

class Tables {
  public:
    explicit Tables(const Timeline& timeline) : timeline_(timeline), trees_(callTrees(timeline)) {
        for (const CallTree& tree : trees_) (tree.source == CallSource::calls ? called_ : sampled_).push_back(&tree);
        source_ = called_.empty() ? &sampled_ : &called_;
        for (const CallTree* tree : *source_) totalNs_ += selfNs(*tree);
    }

    std::string run() const {
        std::string out;
        if (!sampled_.empty()) out += sampledFunctions();
        if (source_->size() > 1) out += byThread();
        if (!source_->empty() && totalNs_ > 0) out += tree();
        return out;
    }

  private:
    std::string name(FunctionId id, size_t width = kNameWidth) const {
        const Function& function = timeline_.functions[id.index()];
        std::string name = shortened(plainName(function.name), width);
        if (!function.name.starts_with("0x")) return name;
        return name + " in " + function.module.substr(function.module.rfind('/') + 1);
    }

    std::string sampledFunctions() const {
        uint64_t samples = 0;
        int64_t wholeNs = 0;
        for (const CallTree* tree : sampled_) {
            for (const CallNode& node : tree->nodes) samples += node.count;
            wholeNs += selfNs(*tree);
        }
        std::vector<FunctionRow> rows = functionRows(sampled_);
        Rows cells = {{"function", "samples", "self", "", "cumulative", "", "defined at"}};
        for (size_t i = 0; i < rows.size() && i < kMostFunctions; ++i) {
            const FunctionRow& row = rows[i];
            const SourceLocation& at = timeline_.functions[row.function.index()].at;
            std::string place = at.file.substr(at.file.rfind('/') + 1);
            if (at.line) place += ":" + std::to_string(at.line);
            cells.push_back({name(row.function), humanCount(row.calls), humanTime(row.selfNs),
                             percent(row.selfNs, wholeNs), humanTime(row.cumulativeNs),
                             percent(row.cumulativeNs, wholeNs), place});
        }
        std::string heading = "\nFunctions by samples: estimates from " + humanCount(samples) + " samples of " +
                              humanTime(wholeNs) + " in user space";
        if (rows.size() > kMostFunctions)
            heading += ", " + std::to_string(kMostFunctions) + " of " + humanCount(rows.size());
        if (const int64_t unseen = sampledTime(timeline_).unseenNs; unseen > wholeNs / 20)
            heading += "\n  another " + humanTime(unseen) + " of processor time went to the kernel and to recording";
        return heading + "\n" + table(cells, "lrrrrrl");
    }

    std::string byThread() const {
        std::vector<std::pair<int64_t, const CallTree*>> busiest;
        for (const CallTree* tree : *source_) busiest.emplace_back(selfNs(*tree), tree);
        std::sort(busiest.begin(), busiest.end(), [](auto& a, auto& b) {
            return a.first != b.first ? a.first > b.first : a.second->thread < b.second->thread;
        });
        Rows cells = {{"thread", "tid", "function", called_.empty() ? "samples" : "calls", "self", "", "cumulative"}};
        for (size_t i = 0; i < busiest.size() && i < kMostThreads; ++i) {
            const Thread& thread = timeline_.threads[busiest[i].second->thread.index()];
            std::vector<FunctionRow> rows = functionRows({busiest[i].second});
            for (size_t k = 0; k < rows.size() && k < kMostOfThread && rows[k].selfNs > 0; ++k)
                cells.push_back({k == 0 ? shortened(plainName(thread.name), kNameWidth / 2) : "",
                                 k == 0 ? std::to_string(thread.tid) : "", name(rows[k].function),
                                 humanCount(rows[k].calls), humanTime(rows[k].selfNs),
                                 percent(rows[k].selfNs, busiest[i].first), humanTime(rows[k].cumulativeNs)});
        }
        std::string heading = "\nFunctions of each thread";
        if (busiest.size() > kMostThreads)
            heading += ", the " + std::to_string(kMostThreads) + " busiest of " + humanCount(busiest.size());
        return heading + estimated() + "\n" + table(cells, "lrlrrrr");
    }

    std::string estimated() const { return called_.empty() ? " (estimated)" : ""; }

    // All threads as one: what called what, as far as it matters.
    std::string tree() const {
        CallTree merged;
        std::vector<std::vector<uint32_t>> children(1);  // of the root, then of node i at i + 1
        for (const CallTree* tree : *source_) {
            std::vector<uint32_t> place;
            for (const CallNode& node : tree->nodes) {
                const uint32_t parent = node.parent == CallNode::kNoParent ? node.parent : place[node.parent];
                std::vector<uint32_t>& siblings = children[parent == CallNode::kNoParent ? 0 : parent + 1];
                auto same = std::find_if(siblings.begin(), siblings.end(),
                                         [&](uint32_t s) { return merged.nodes[s].function == node.function; });
                uint32_t into = same != siblings.end() ? *same : static_cast<uint32_t>(merged.nodes.size());
                if (same == siblings.end()) {
                    siblings.push_back(into);
                    merged.nodes.push_back({node.function, parent, 0, 0, 0});
                    children.emplace_back();
                }
                place.push_back(into);
                merged.nodes[into].count += node.count;
                merged.nodes[into].selfNs += node.selfNs;
                merged.nodes[into].cumulativeNs += node.cumulativeNs;
            }
        }
        Rows cells = {{"cumulative", "", "self", called_.empty() ? "samples" : "calls", "function"}};
        print(merged, children, 0, 0, cells);
        return "\nCall tree, from 2% of the time on" + estimated() + "\n" + table(cells, "rrrrl");
    }

    void print(const CallTree& tree, const std::vector<std::vector<uint32_t>>& children, size_t place, size_t depth,
               Rows& cells) const {
        std::vector<uint32_t> order = children[place];
        std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
            return tree.nodes[a].cumulativeNs != tree.nodes[b].cumulativeNs
                       ? tree.nodes[a].cumulativeNs > tree.nodes[b].cumulativeNs
                       : a < b;
        });
        for (uint32_t index : order) {
            const CallNode& node = tree.nodes[index];
            if (node.cumulativeNs < totalNs_ / kLeastShare || cells.size() > kMostNodes) return;
            cells.push_back({humanTime(node.cumulativeNs), percent(node.cumulativeNs, totalNs_), humanTime(node.selfNs),
                             humanCount(node.count),
                             std::string(2 * std::min<size_t>(depth, 20), ' ') + name(node.function)});
            print(tree, children, index + 1, depth + 1, cells);
        }
    }

    const Timeline& timeline_;
    std::vector<CallTree> trees_;
    std::vector<const CallTree*> called_;
    std::vector<const CallTree*> sampled_;
    const std::vector<const CallTree*>* source_;  // calls where there are any
    int64_t totalNs_ = 0;
};

}  // namespace

std::string functionTables(const Timeline& timeline) {
    return Tables(timeline).run();
}

}  // namespace raddle::trace
