#include "analyzer/facts/base/loops.h"

#include <algorithm>

#include "core/support/graph.h"

namespace raddle::facts {

std::vector<bool> blocksInLoops(const ir::Function& function) {
    Adjacency graph(function.blocks.size());
    for (size_t b = 0; b < function.blocks.size(); ++b)
        for (ir::BlockId successor : function.blocks[b].successors) graph[b].push_back(successor);
    const Components components = stronglyConnectedComponents(graph);
    std::vector<bool> result(function.blocks.size());
    for (size_t b = 0; b < function.blocks.size(); ++b) {
        const bool self = std::find(graph[b].begin(), graph[b].end(), b) != graph[b].end();
        result[b] = self || components.members[components.of[b]].size() > 1;
    }
    return result;
}

}  // namespace raddle::facts
