#include "analyzer/check/base/paths.h"

#include "analyzer/facts/base/loops.h"

namespace raddle::check {
namespace {

// Blocks that can be reached from `starts` without going through `avoided`.
std::vector<bool> reached(const ir::Function& function, std::vector<ir::BlockId> starts,
                          ir::BlockId avoided = ~ir::BlockId{}) {
    std::vector<bool> seen(function.blocks.size());
    while (!starts.empty()) {
        const ir::BlockId block = starts.back();
        starts.pop_back();
        if (block == avoided || seen[block]) continue;
        seen[block] = true;
        starts.insert(starts.end(), function.blocks[block].successors.begin(), function.blocks[block].successors.end());
    }
    return seen;
}

}  // namespace

bool alwaysBefore(const facts::Facts& facts, facts::OpId first, facts::OpId op) {
    if (facts.ops.function(first) != facts.ops.function(op)) return false;
    const ir::BlockId from = facts.ops.block(first), to = facts.ops.block(op);
    if (from == to) return first < op;
    return !reached(facts.program->function(facts.ops.function(op)), {0}, from)[to];
}

bool mayFollow(const facts::Facts& facts, facts::OpId first, facts::OpId op) {
    if (facts.ops.function(first) != facts.ops.function(op)) return false;
    const ir::BlockId from = facts.ops.block(first), to = facts.ops.block(op);
    if (from == to && first < op) return true;
    const ir::Function& function = facts.program->function(facts.ops.function(op));
    return reached(function, function.blocks[from].successors)[to];
}

bool inOneRound(const facts::Facts& facts, facts::OpId first, facts::OpId op) {
    if (facts.ops.function(first) != facts.ops.function(op)) return false;
    const ir::BlockId from = facts.ops.block(first), to = facts.ops.block(op);
    if (from == to) return first < op;
    const ir::Function& function = facts.program->function(facts.ops.function(op));
    return facts::reachesInOneRound(function, from, to);
}

}  // namespace raddle::check
