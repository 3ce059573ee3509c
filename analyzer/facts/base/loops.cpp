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

bool reachesInOneRound(const ir::Function& function, ir::BlockId from, ir::BlockId to) {
    std::vector<bool> seen(function.blocks.size());
    seen[from] = true;
    // Blocks are in reverse post-order: only ways back lead to an earlier one.
    for (ir::BlockId block = from; block < to; ++block)
        if (seen[block])
            for (ir::BlockId next : function.blocks[block].successors)
                if (next > block) seen[next] = true;
    return seen[to];
}

}  // namespace raddle::facts
