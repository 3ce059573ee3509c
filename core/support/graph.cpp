#include "core/support/graph.h"

#include <algorithm>
#include <deque>
#include <set>

namespace raddle {

Components stronglyConnectedComponents(const Adjacency& graph) {
    constexpr uint32_t kUnseen = UINT32_MAX;
    const auto count = static_cast<uint32_t>(graph.size());
    Components result;
    result.of.assign(count, kUnseen);
    std::vector<uint32_t> order(count, kUnseen), low(count, 0), stack;
    std::vector<bool> onStack(count, false);
    struct Frame {
        uint32_t node;
        size_t next;
    };
    std::vector<Frame> frames;
    uint32_t clock = 0;
    for (uint32_t root = 0; root < count; ++root) {
        if (order[root] != kUnseen) continue;
        frames.push_back({root, 0});
        while (!frames.empty()) {
            auto [node, next] = frames.back();
            if (order[node] == kUnseen) {
                order[node] = low[node] = clock++;
                stack.push_back(node);
                onStack[node] = true;
            }
            if (next < graph[node].size()) {
                frames.back().next++;
                uint32_t target = graph[node][next];
                if (order[target] == kUnseen) {
                    frames.push_back({target, 0});
                } else if (onStack[target]) {
                    low[node] = std::min(low[node], order[target]);
                }
                continue;
            }
            frames.pop_back();
            if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[node]);
            if (low[node] != order[node]) continue;
            std::vector<uint32_t> members;
            uint32_t member;
            do {
                member = stack.back();
                stack.pop_back();
                onStack[member] = false;
                result.of[member] = static_cast<uint32_t>(result.members.size());
                members.push_back(member);
            } while (member != node);
            std::sort(members.begin(), members.end());
            result.members.push_back(std::move(members));
        }
    }
    return result;
}

std::vector<std::vector<uint32_t>> shortestCycles(const Adjacency& graph) {
    const Components components = stronglyConnectedComponents(graph);
    std::set<std::vector<uint32_t>> cycles;
    std::vector<uint32_t> parent(graph.size());
    std::vector<uint32_t> seenAt(graph.size(), UINT32_MAX);
    for (uint32_t start = 0; start < graph.size(); ++start) {
        std::deque<uint32_t> queue{start};
        bool found = false;
        while (!queue.empty() && !found) {
            uint32_t node = queue.front();
            queue.pop_front();
            for (uint32_t target : graph[node]) {
                if (components.of[target] != components.of[start]) continue;
                if (target == start) {
                    std::vector<uint32_t> cycle;
                    for (uint32_t at = node; at != start; at = parent[at]) cycle.push_back(at);
                    cycle.push_back(start);
                    std::reverse(cycle.begin(), cycle.end());
                    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
                    cycles.insert(std::move(cycle));
                    found = true;
                    break;
                }
                if (seenAt[target] == start) continue;
                seenAt[target] = start;
                parent[target] = node;
                queue.push_back(target);
            }
        }
    }
    return {cycles.begin(), cycles.end()};
}

}  // namespace raddle
