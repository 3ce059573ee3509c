#include <algorithm>
#include <map>

#include "trace/exports/output.h"
#include "trace/report/report.h"
#include "trace/tables/call_tree.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

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

std::string rootOf(const Timeline& timeline, ThreadId id) {
    const Thread& thread = timeline.threads[id.index()];
    std::string name = folded(thread.name);
    if (timeline.processes.size() < 2 || !thread.process.valid()) return name;
    return "process " + std::to_string(timeline.processes[thread.process.index()].pid) + ";" + name;
}

}  // namespace

void exportFolded(const Timeline& timeline, Output& out) {
    std::vector<CallTree> trees = callTrees(timeline);
    bool hasCalls = std::any_of(trees.begin(), trees.end(), [](auto& t) { return t.source == CallSource::calls; });
    std::map<std::string, int64_t> lines;
    for (const CallTree& tree : trees) {
        if ((tree.source == CallSource::calls) != hasCalls) continue;
        struct Path {
            std::string text;
            uint32_t depth;
        };
        std::vector<Path> paths;
        const Path root{rootOf(timeline, tree.thread), 0};
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
    for (auto& [path, ns] : lines) {
        out << path << " " << ns << "\n";
        if (!out.step()) return;
    }
}

void exportCallTrees(const Timeline& timeline, Output& out) {
    out << callTreesToJson(timeline);
}

}  // namespace raddle::trace
