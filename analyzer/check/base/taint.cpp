#include "analyzer/check/base/taint.h"

#include <algorithm>

namespace raddle::check {

using namespace facts;

namespace {

using Taints = std::map<ir::Place, Reads>;  // by variable, and by place read: the latest reads of it

void addTo(Reads& into, const Reads& from) {
    into.insert(from.begin(), from.end());
}

bool joinInto(Taints& into, const Taints& from) {
    bool changed = false;
    for (const auto& [place, reads] : from)
        for (OpId read : reads) changed |= into[place].insert(read).second;
    return changed;
}

// Some of a function's blocks.
class BlockSet {
  public:
    explicit BlockSet(size_t blocks, bool all = false) : words_((blocks + 63) / 64, all ? ~uint64_t{0} : 0) {}

    bool contains(size_t block) const { return words_[block / 64] >> (block % 64) & 1; }
    void insert(size_t block) { words_[block / 64] |= uint64_t{1} << (block % 64); }
    void erase(size_t block) { words_[block / 64] &= ~(uint64_t{1} << (block % 64)); }
    void unite(const BlockSet& other) {
        for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    }
    void intersect(const BlockSet& other) {
        for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    }
    void subtract(const BlockSet& other) {
        for (size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    }
    template <class Visit>
    void forEach(size_t blocks, Visit visit) const {
        for (size_t b = 0; b < blocks; ++b)
            if (words_[b / 64] == 0)
                b |= 63;
            else if (contains(b))
                visit(static_cast<ir::BlockId>(b));
    }
    bool operator==(const BlockSet&) const = default;

  private:
    std::vector<uint64_t> words_;
};

class Flow {
  public:
    Flow(const Facts& facts, FunctionIndex index)
        : facts_(facts), index_(index), function_(facts.program->function(index)) {}

    Dependences run() {
        const size_t count = function_.blocks.size();
        entry_.resize(count);
        decided_.resize(count);
        findControl();
        std::vector<bool> pending(count, true);
        for (bool changed = true; changed;) {
            changed = false;
            for (ir::BlockId block = 0; block < count; ++block) {
                if (!pending[block]) continue;
                pending[block] = false;
                Taints taints = entry_[block];
                runBlock(block, taints, false);
                if (decide(block, taints)) {
                    for (ir::BlockId other = 0; other < count; ++other)
                        if (nearest_[other].contains(block)) pending[other] = changed = true;
                }
                for (ir::BlockId successor : function_.blocks[block].successors)
                    if (joinInto(entry_[successor], taints)) pending[successor] = changed = true;
            }
        }
        // What holds at the end includes all that was found on the way.
        for (ir::BlockId block = 0; block < count; ++block) runBlock(block, entry_[block], true);
        return std::move(result_);
    }

  private:
    // Notes what a block's branch rests on; true when there is more than was known.
    bool decide(ir::BlockId block, const Taints& taints) {
        const ir::Condition& condition = function_.blocks[block].condition;
        const size_t before = decided_[block].size();
        for (const ir::Place& use : condition.uses) addTo(decided_[block], readsOf(taints, use));
        if (condition.place.valid()) addTo(decided_[block], readsOf(taints, condition.place));
        return decided_[block].size() != before;
    }

    // Post-dominators by iteration; a block depends on the branches that can avoid it. What ends the program is no way
    // out, so that an assertion does not decide on what follows it. A loop without end is left at its end.
    void findControl() {
        const size_t count = function_.blocks.size();
        std::vector<bool> exits(count, false);
        for (size_t b = 0; b < count; ++b) exits[b] = returns(function_.blocks[b]);
        std::vector<bool> leads = leadingTo(exits);
        for (size_t b = 0; b < count; ++b)
            for (ir::BlockId successor : function_.blocks[b].successors)
                if (!leads[b] && successor <= b) exits[b] = true;
        leads = leadingTo(exits);
        const std::vector<BlockSet> post = postDominators(exits, leads);
        controllers_.assign(count, BlockSet(count));
        for (size_t branch = 0; branch < count; ++branch) {
            if (function_.blocks[branch].successors.size() < 2) continue;
            BlockSet always = post[branch], after(count);
            always.erase(branch);
            for (ir::BlockId successor : function_.blocks[branch].successors)
                if (leads[successor]) after.unite(post[successor]);
            after.subtract(always);
            after.forEach(count, [&](ir::BlockId b) { controllers_[b].insert(branch); });
        }
        std::vector<bool> loopTests(count);
        for (size_t b = 0; b < count; ++b) loopTests[b] = leavesLoop(static_cast<ir::BlockId>(b));
        nearest_ = controllers_;
        for (BlockSet& branches : nearest_) addIdleTests(branches, loopTests);
        // What a branch depends on, all under it depend on.
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t b = 0; b < count; ++b) {
                const BlockSet direct = controllers_[b];
                direct.forEach(count, [&](ir::BlockId branch) { controllers_[b].unite(controllers_[branch]); });
                changed |= controllers_[b] != direct;
            }
        }
    }

    std::vector<BlockSet> postDominators(const std::vector<bool>& exits, const std::vector<bool>& leads) const {
        const size_t count = function_.blocks.size();
        std::vector<BlockSet> post(count, BlockSet(count, true));
        for (size_t b = 0; b < count; ++b)
            if (exits[b]) {
                post[b] = BlockSet(count);
                post[b].insert(b);
            }
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t b = count; b-- > 0;) {
                if (exits[b] || !leads[b]) continue;
                BlockSet all(count, true);
                for (ir::BlockId successor : function_.blocks[b].successors)
                    if (leads[successor]) all.intersect(post[successor]);
                all.insert(b);
                if (all != post[b]) post[b] = std::move(all), changed = true;
            }
        }
        return post;
    }

    // Blocks from which one of those marked can be reached.
    std::vector<bool> leadingTo(std::vector<bool> marked) const {
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t b = marked.size(); b-- > 0;) {
                if (marked[b]) continue;
                const auto& successors = function_.blocks[b].successors;
                marked[b] = std::any_of(successors.begin(), successors.end(), [&](ir::BlockId s) { return marked[s]; });
                changed |= marked[b];
            }
        }
        return marked;
    }

    static bool returns(const ir::Block& block) {
        return block.successors.empty() && !block.ops.empty() &&
               (block.ops.back().kind == ir::OpKind::ret || block.ops.back().kind == ir::OpKind::exitThread);
    }

    // Adds the tests that come right before those in `branches`, and takes out those that loops are left by.
    void addIdleTests(BlockSet& branches, const std::vector<bool>& loopTests) const {
        const size_t count = function_.blocks.size();
        std::vector<ir::BlockId> pending;
        branches.forEach(count, [&](ir::BlockId branch) { pending.push_back(branch); });
        while (!pending.empty()) {
            const ir::BlockId branch = pending.back();
            pending.pop_back();
            const auto& ops = function_.blocks[branch].ops;
            const bool idle = std::all_of(ops.begin(), ops.end(), [](const ir::Op& op) {
                return op.kind == ir::OpKind::load ||
                       (op.kind == ir::OpKind::store && op.place.root.kind == ir::RootKind::local);
            });
            if (!idle) continue;
            controllers_[branch].forEach(count, [&](ir::BlockId outer) {
                if (branches.contains(outer)) return;
                branches.insert(outer);
                pending.push_back(outer);
            });
        }
        for (size_t branch = 0; branch < count; ++branch)
            if (loopTests[branch]) branches.erase(branch);
    }

    // Whether one way from a branch comes back to it and another does not.
    bool leavesLoop(ir::BlockId branch) const {
        if (function_.blocks[branch].successors.size() < 2) return false;
        size_t back = 0;
        for (ir::BlockId successor : function_.blocks[branch].successors) {
            std::vector<bool> seen(function_.blocks.size(), false);
            std::vector<ir::BlockId> pending{successor};
            while (!pending.empty() && !seen[branch]) {
                const ir::BlockId at = pending.back();
                pending.pop_back();
                if (seen[at]) continue;
                seen[at] = true;
                for (ir::BlockId next : function_.blocks[at].successors) pending.push_back(next);
            }
            if (seen[branch]) ++back;
        }
        return back > 0 && back < function_.blocks[branch].successors.size();
    }

    // Reads of a place and of what is inside it, though not of what a pointer in it points to.
    Reads readsOf(const Taints& taints, const ir::Place& place) const {
        Reads reads;
        for (auto it = taints.lower_bound(place); it != taints.end() && it->first.root == place.root; ++it) {
            const auto& steps = it->first.steps;
            if (steps.size() < place.steps.size() || !std::equal(place.steps.begin(), place.steps.end(), steps.begin()))
                break;
            if (std::none_of(steps.begin() + static_cast<std::ptrdiff_t>(place.steps.size()), steps.end(),
                             [](const ir::Step& step) { return step.kind == ir::StepKind::deref; }))
                addTo(reads, it->second);
        }
        return reads;
    }
    Reads readsOf(const Taints& taints, const ir::Value& value) const {
        return value.kind == ir::ValueKind::load ? readsOf(taints, value.place) : Reads{};
    }

    Reads decisionsOf(const BlockSet& branches) const {
        Reads reads;
        branches.forEach(function_.blocks.size(), [&](ir::BlockId branch) { addTo(reads, decided_[branch]); });
        return reads;
    }

    // With `noted`, what the ops rest on goes into the result.
    void runBlock(ir::BlockId block, Taints& taints, bool noted) {
        const Reads nearest = decisionsOf(nearest_[block]),
                    control = noted ? decisionsOf(controllers_[block]) : Reads{};
        const auto note = [&](OpId id, const Reads& data) {
            if (!noted) return;
            result_.data[id] = data;
            result_.control[id] = control;
            result_.nearest[id] = nearest;
        };
        for (size_t i = 0; i < function_.blocks[block].ops.size(); ++i) {
            const ir::Op& op = function_.blocks[block].ops[i];
            const OpId id = facts_.ops.id(index_, block, i);
            switch (op.kind) {
                case ir::OpKind::load:
                    taints[op.place] = {id};
                    break;
                case ir::OpKind::store: {
                    Reads reads = readsOf(taints, op.value);
                    for (const ir::Place& use : op.uses) addTo(reads, readsOf(taints, use));
                    note(id, reads);
                    // A constant that a variable is set to tells which way was taken.
                    if (op.value.kind == ir::ValueKind::constant && op.place.root.kind == ir::RootKind::local &&
                        op.place.steps.empty())
                        addTo(reads, nearest);
                    taints[op.place] = std::move(reads);
                    break;
                }
                case ir::OpKind::call: {
                    Reads reads;
                    for (const ir::Value& arg : op.args) addTo(reads, readsOf(taints, arg));
                    for (const ir::Place& use : op.uses) addTo(reads, readsOf(taints, use));
                    note(id, reads);
                    if (op.result.kind != ir::RootKind::none) taints[ir::Place{op.result, {}}] = {id};
                    break;
                }
                case ir::OpKind::rmw:
                case ir::OpKind::cas:
                    note(id, {});
                    taints[op.place] = {id};
                    if (op.result.kind != ir::RootKind::none) taints[ir::Place{op.result, {}}] = {id};
                    break;
                default:
                    break;
            }
        }
    }

    const Facts& facts_;
    FunctionIndex index_;
    const ir::Function& function_;
    std::vector<Taints> entry_;
    std::vector<Reads> decided_;         // reads that a block's branch rests on
    std::vector<BlockSet> controllers_;  // branches a block depends on
    std::vector<BlockSet> nearest_;      // and those of them that Dependences::nearest speaks of
    Dependences result_;
};

}  // namespace

Dependences dependences(const Facts& facts, FunctionIndex function) {
    // Quadratic in blocks: generated giants are left out.
    if (facts.program->function(function).blocks.size() > 2000) return {};
    return Flow(facts, function).run();
}

}  // namespace raddle::check
