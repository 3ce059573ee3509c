// By which variables a function tells whether there are threads to join: `if (started) join(t)`. States that differ in
// them are kept apart while threads may be running.
#include <algorithm>
#include <vector>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {
namespace {

// Joins, as blocks of one function.
class Joins {
  public:
    Joins(const ir::Function& function, const std::vector<ir::BlockId>& blocks)
        : function_(function), reached_(function.blocks.size(), std::vector<bool>(blocks.size())) {
        // Blocks are in reverse post-order: a way back goes to a smaller number, and is another round.
        for (size_t b = function.blocks.size(); b-- > 0;) {
            for (size_t i = 0; i < blocks.size(); ++i) reached_[b][i] = blocks[i] == b;
            for (ir::BlockId next : function.blocks[b].successors)
                for (size_t i = 0; next > b && i < blocks.size(); ++i)
                    if (reached_[next][i]) reached_[b][i] = true;
        }
    }

    // Whether a join can be reached on one way out of the block alone; of `a || b`, the block of each.
    bool decidedAt(ir::BlockId block) const {
        const std::vector<ir::BlockId>& next = function_.blocks[block].successors;
        if (next.size() < 2) return false;
        for (ir::BlockId other : next) {
            if (reached_[other] != reached_[next[0]]) return true;
            const ir::Block& second = function_.blocks[other];
            if (other > block && second.ops.empty() && second.successors.size() == 2 &&
                std::any_of(next.begin(), next.end(),
                            [&](ir::BlockId b) {
                                return b != other && std::find(second.successors.begin(), second.successors.end(), b) !=
                                                         second.successors.end();
                            }) &&
                decidedAt(other))
                return true;
        }
        return false;
    }

  private:
    const ir::Function& function_;
    std::vector<std::vector<bool>> reached_;  // by block and join
};

}  // namespace

void Interpreter::findJoinFlags() {
    joinFlags_.resize(facts_.program->functions.size());
    std::map<FunctionIndex, std::vector<ir::BlockId>> joins;
    std::set<FunctionIndex> joining;
    for (uint32_t i = 0; i < facts_.ops.size(); ++i)
        if (facts_.ops.op({i}).kind == ir::OpKind::join) {
            joins[facts_.ops.function({i})].push_back(facts_.ops.block({i}));
            joining.insert(facts_.ops.function({i}));
        }
    for (FunctionIndex wrapper : joining)
        if (const auto calls = facts_.pointsTo.callers.find(wrapper); calls != facts_.pointsTo.callers.end())
            for (OpId call : calls->second) joins[facts_.ops.function(call)].push_back(facts_.ops.block(call));
    for (const auto& [index, blocks] : joins) {
        const ir::Function& function = facts_.program->function(index);
        const Joins ofFunction(function, blocks);
        for (ir::BlockId b = 0; b < function.blocks.size(); ++b)
            if (const ir::Place& tested = function.blocks[b].condition.place;
                tested.valid() && tested.steps.empty() && ofFunction.decidedAt(b))
                joinFlags_[index.index()].insert(places_.place(rootObject(index, tested.root)));
    }
}

}  // namespace raddle::facts
