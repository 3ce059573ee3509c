// https://valgrind.org/docs/manual/cl-format.html, from the call trees of all threads: calls where they were recorded,
// else samples.
#include <algorithm>
#include <map>

#include "trace/exports/output.h"
#include "trace/tables/call_tree.h"

namespace raddle::trace {
namespace {

struct Arc {
    uint64_t calls = 0;
    int64_t inclusiveNs = 0;
};

struct Costs {
    int64_t selfNs = 0;
    std::map<FunctionId, Arc> callees;
};

std::string oneLine(std::string name) {
    for (char& c : name)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    // "(12)" at the begin would be a compressed name.
    if (name.empty() || name[0] == '(') name.insert(0, name.empty() ? "unknown" : " ");
    return name;
}

class Callgrind {
  public:
    Callgrind(const Timeline& timeline, Output& out) : timeline_(timeline), out_(out) {}

    void run() {
        std::vector<CallTree> trees = callTrees(timeline_);
        bool hasCalls = std::any_of(trees.begin(), trees.end(), [](auto& t) { return t.source == CallSource::calls; });
        int64_t total = 0;
        for (const CallTree& tree : trees)
            if ((tree.source == CallSource::calls) == hasCalls) total += add(tree);
        out_ << "# callgrind format\nversion: 1\ncreator: raddle\ncmd: " << oneLine(timeline_.command)
             << "\npositions: line\nevents: ns\nsummary: " << total << "\n";
        for (const auto& [id, costs] : costs_) {
            write(id, costs);
            if (!out_.step()) return;
        }
        out_ << "\ntotals: " << total << "\n";
    }

  private:
    int64_t add(const CallTree& tree) {
        int64_t total = 0;
        for (const CallNode& node : tree.nodes) {
            costs_[node.function].selfNs += node.selfNs;
            total += node.selfNs;
            if (node.parent == CallNode::kNoParent) continue;
            Arc& arc = costs_[tree.nodes[node.parent].function].callees[node.function];
            arc.calls += std::max<uint64_t>(1, node.count);
            arc.inclusiveNs += node.cumulativeNs;
        }
        return total;
    }

    void where(const char* object, const char* file, const char* function, FunctionId id) {
        const Function& f = timeline_.functions[id.index()];
        out_ << object << oneLine(f.module) << "\n"
             << file << (f.at.file.empty() ? "???" : oneLine(f.at.file)) << "\n"
             << function << oneLine(f.name) << "\n";
    }

    int64_t lineOf(FunctionId id) const { return timeline_.functions[id.index()].at.line; }

    void write(FunctionId id, const Costs& costs) {
        if (id.index() >= timeline_.functions.size()) return;
        out_ << "\n";
        where("ob=", "fl=", "fn=", id);
        out_ << lineOf(id) << " " << costs.selfNs << "\n";
        for (const auto& [callee, arc] : costs.callees) {
            if (callee.index() >= timeline_.functions.size()) continue;
            where("cob=", "cfi=", "cfn=", callee);
            out_ << "calls=" << static_cast<int64_t>(arc.calls) << " " << lineOf(callee) << "\n"
                 << lineOf(id) << " " << arc.inclusiveNs << "\n";
        }
    }

    const Timeline& timeline_;
    Output& out_;
    std::map<FunctionId, Costs> costs_;
};

}  // namespace

void exportCallgrind(const Timeline& timeline, Output& out) {
    Callgrind(timeline, out).run();
}

}  // namespace raddle::trace
