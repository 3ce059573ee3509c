#include <nlohmann/json.hpp>

#include "trace/report/report.h"
#include "trace/tables/call_tree.h"

namespace raddle::trace {
namespace {

using Json = nlohmann::ordered_json;

Json locationOf(const SourceLocation& at) {
    return at.file.empty() ? Json("") : Json(toString(at));
}

}  // namespace

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
                         {"estimated", tree.isEstimated},
                         {"functions", rows},
                         {"nodes", nodes}});
    }
    Json out{{"version", kSummaryJsonVersion}, {"command", timeline.command}, {"call_trees", trees}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raddle::trace
