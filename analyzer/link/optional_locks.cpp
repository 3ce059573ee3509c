#include "analyzer/link/optional_locks.h"

#include <algorithm>

#include "analyzer/link/lock_names.h"

namespace raddle::link {
namespace {

constexpr size_t kMostBlocks = 24;  // of a function that is about a lock alone

class Wrapper {
  public:
    Wrapper(Program& program, ir::Function& function, bool acquires)
        : program_(program), function_(function), kind_(acquires ? ir::OpKind::acquire : ir::OpKind::release) {}

    void run() {
        const size_t count = function_.blocks.size();
        for (size_t b = 0; b < count; ++b) changes_.push_back(hasChange(function_.blocks[b]));
        for (size_t b = 0; b < count; ++b) reached_.push_back(reachableFrom(static_cast<ir::BlockId>(b)));
        for (size_t b = 0; b < count; ++b) {
            ir::Block& block = function_.blocks[b];
            if (block.successors.size() != 2 || isAfterChange(b)) continue;
            for (size_t way = 0; way < 2; ++way) {
                const ir::BlockId without = block.successors[way], with = block.successors[1 - way];
                if (leadsToChange(without) || !leadsToChange(with) || !isIdle(without)) continue;
                block.condition = {};
                block.successors = {with};
                break;
            }
        }
    }

  private:
    bool hasChange(const ir::Block& block) const {
        return std::any_of(block.ops.begin(), block.ops.end(), [&](const ir::Op& op) {
            if (op.kind == kind_) return true;
            if (op.kind != ir::OpKind::call || op.value.kind != ir::ValueKind::function) return false;
            const auto inner = lockChangeOf(program_.text(op.value.function));
            return inner && inner->acquires == (kind_ == ir::OpKind::acquire);
        });
    }
    std::vector<bool> reachableFrom(ir::BlockId from) const {
        std::vector<bool> seen(function_.blocks.size());
        std::vector<ir::BlockId> pending{from};
        while (!pending.empty()) {
            const ir::BlockId at = pending.back();
            pending.pop_back();
            if (seen[at]) continue;
            seen[at] = true;
            pending.insert(pending.end(), function_.blocks[at].successors.begin(),
                           function_.blocks[at].successors.end());
        }
        return seen;
    }
    bool leadsToChange(ir::BlockId from) const {
        for (size_t b = 0; b < changes_.size(); ++b)
            if (reached_[from][b] && changes_[b]) return true;
        return false;
    }
    bool isAfterChange(size_t block) const {
        for (size_t b = 0; b < changes_.size(); ++b)
            if (changes_[b] && reached_[b][block]) return true;
        return false;
    }
    // Whether the way from a block on only looks and returns.
    bool isIdle(ir::BlockId from) const {
        for (size_t b = 0; b < changes_.size(); ++b) {
            if (!reached_[from][b]) continue;
            for (const ir::Op& op : function_.blocks[b].ops) {
                const bool ownVariable =
                    op.kind == ir::OpKind::store && op.place.root.kind == ir::RootKind::local && op.place.steps.empty();
                if (op.kind != ir::OpKind::load && op.kind != ir::OpKind::ret && !ownVariable) return false;
            }
        }
        return true;
    }

    Program& program_;
    ir::Function& function_;
    ir::OpKind kind_;
    std::vector<bool> changes_;               // by block
    std::vector<std::vector<bool>> reached_;  // by block, itself included
};

}  // namespace

void takeOptionalLocks(Program& program) {
    for (ir::Function& function : program.functions) {
        if (function.blocks.size() > kMostBlocks) continue;
        if (const auto change = lockChangeOf(program.text(function.name)))
            Wrapper(program, function, change->acquires).run();
    }
}

}  // namespace raddle::link
