#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "trace/report/report.h"
#include "trace/tables/call_tree.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kMostDepth = 500;  // of a line: the text of deep recursions grows with the square of their depth

// A frame's name in the folded format, whose separators are blanks and semicolons.
std::string folded(const std::string& name) {
    std::string out = plainName(name);
    for (char& c : out) {
        if (c == ';') c = ':';
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return out.empty() ? "unknown" : out;
}

std::string root(const Timeline& timeline, ThreadId id) {
    const Thread& thread = timeline.threads[id.index()];
    std::string name = folded(thread.name);
    if (timeline.processes.size() < 2 || !thread.process.valid()) return name;
    return "process " + std::to_string(timeline.processes[thread.process.index()].pid) + ";" + name;
}

Json locationOf(const SourceLocation& at) {
    return at.file.empty() ? Json("") : Json(toString(at));
}

}  // namespace

std::string toFolded(const Timeline& timeline) {
    std::vector<CallTree> trees = callTrees(timeline);
    bool hasCalls = std::any_of(trees.begin(), trees.end(), [](auto& t) { return t.source == CallSource::calls; });
    std::map<std::string, int64_t> lines;
    for (const CallTree& tree : trees) {
        if ((tree.source == CallSource::calls) != hasCalls) continue;
        const std::string thread = root(timeline, tree.thread);
        struct Path {
            std::string text;
            uint32_t depth;
        };
        std::vector<Path> paths;
        const Path root{thread, 0};
        for (const CallNode& node : tree.nodes) {
            const Path& above = node.parent == CallNode::kNoParent ? root : paths[node.parent];
            // What is deeper is time of the last that is shown.
            Path path = above;
            if (++path.depth <= kMostDepth) path.text += ";" + folded(timeline.functions[node.function.index()].name);
            if (node.selfNs > 0) lines[path.text] += node.selfNs;
            if (path.depth > kMostDepth) path.text = above.text;
            paths.push_back(std::move(path));
        }
    }
    std::string out;
    for (auto& [path, ns] : lines) out += path + " " + std::to_string(ns) + "\n";
    return out;
}

std::string callTreesToJson(const Timeline& timeline) {
    Json trees = Json::array();
    for (const CallTree& tree : callTrees(timeline)) {
        const Thread& thread = timeline.threads[tree.thread.index()];
        const bool isExact = tree.source == CallSource::calls;
        Json nodes = Json::array();
        for (const CallNode& node : tree.nodes) {
            const Function& function = timeline.functions[node.function.index()];
            nodes.push_back({{"function", function.name},
                             {"module", function.module},
                             {"location", locationOf(function.at)},
                             {"parent", node.parent == CallNode::kNoParent ? Json(nullptr) : Json(node.parent)},
                             {isExact ? "calls" : "samples", node.count},
                             {"self_ns", node.selfNs},
                             {"cumulative_ns", node.cumulativeNs}});
        }
        Json rows = Json::array();
        for (const FunctionRow& row : functionRows({&tree}))
            rows.push_back({{"name", timeline.functions[row.function.index()].name},
                            {isExact ? "calls" : "samples", row.calls},
                            {"self_ns", row.selfNs},
                            {"cumulative_ns", row.cumulativeNs}});
        trees.push_back({{"thread", tree.thread.value},
                         {"name", thread.name},
                         {"tid", thread.tid},
                         {"source", isExact ? "calls" : "samples"},
                         {"estimated", !isExact},
                         {"functions", rows},
                         {"nodes", nodes}});
    }
    Json out{{"version", kSummaryJsonVersion}, {"command", timeline.command}, {"call_trees", trees}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raddle::trace
