// Directed graphs as adjacency lists over dense node numbers: strongly connected components and shortest
// cycles. Deterministic: the result depends on node and edge order only.
#pragma once

#include <cstdint>
#include <vector>

namespace raddle {

using Adjacency = std::vector<std::vector<uint32_t>>;

struct Components {
    std::vector<uint32_t> of;                    // node -> component
    std::vector<std::vector<uint32_t>> members;  // component -> nodes; callees (successors) come first
};

// Tarjan, R. "Depth-first search and linear graph algorithms", 1972; iterative. O(nodes + edges).
Components stronglyConnectedComponents(const Adjacency& graph);

// For each component that has a cycle, shortest cycles through its nodes: at most one a node, each cycle once,
// as node lists without the repeated end, rotated so that the smallest node is first.
// O(nodes * edges) inside each cyclic component.
std::vector<std::vector<uint32_t>> shortestCycles(const Adjacency& graph);

}  // namespace raddle
