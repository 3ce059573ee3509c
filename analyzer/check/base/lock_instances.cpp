#include "analyzer/check/base/lock_instances.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/paths.h"

namespace raddle::check {

using namespace facts;

namespace {

using Roots = std::set<ir::Root>;

bool isOwn(ir::Root root) {
    return root.kind == ir::RootKind::local || root.kind == ir::RootKind::formal;
}

// The variables that choose which instance a place names.
void addSelectors(const ir::Place& place, Roots& out) {
    if (isOwn(place.root)) out.insert(place.root);
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::indexVariable)
            if (const ir::Root index{step.variable, static_cast<uint32_t>(step.value)}; isOwn(index)) out.insert(index);
}

Roots selectorsOf(const ir::Op& op) {
    Roots out;
    if (op.kind == ir::OpKind::acquire) addSelectors(op.place, out);
    if (op.kind == ir::OpKind::call)
        for (const ir::Value& arg : op.args)
            if (arg.place.valid()) addSelectors(arg.place, out);
    return out;
}

// What one function says of the order in which two ops take their locks.
class OrderOfTwo {
  public:
    OrderOfTwo(const Facts& facts, FunctionIndex index)
        : facts_(facts), index_(index), function_(facts.program->function(index)) {
        for (const ir::Block& block : function_.blocks)
            for (const ir::Op& op : block.ops)
                if (op.kind == ir::OpKind::store && op.place.steps.empty()) {
                    Roots& from = direct_[op.place.root];
                    if (op.value.place.valid()) addSelectors(op.value.place, from);
                    for (const ir::Place& use : op.uses) addSelectors(use, from);
                }
        for (ir::BlockId block = 0; block < function_.blocks.size(); ++block)
            if (function_.blocks[block].successors.size() == 2) addBranch(block);
    }

    bool chosen(OpId held, OpId wanted) const {
        const ir::Op &first = facts_.ops.op(held), &second = facts_.ops.op(wanted);
        if (chosenVariables(selectorsOf(first), selectorsOf(second))) return true;
        for (const Branch& branch : branches_)
            if (related(branch, selectorsOf(first), selectorsOf(second)) && swapped(branch, first, second, wanted))
                return true;
        return false;
    }

  private:
    struct Branch {
        Roots asks;
        std::vector<bool> only0, only1;  // blocks that one outcome alone leads to, before the question is asked again
    };

    void addBranch(ir::BlockId block) {
        Branch branch;
        const ir::Condition& condition = function_.blocks[block].condition;
        if (condition.place.valid()) addSelectors(condition.place, branch.asks);
        for (const ir::Place& use : condition.uses) addSelectors(use, branch.asks);
        if (branch.asks.empty()) return;
        branch.only0 = reached(function_.blocks[block].successors[0], block);
        branch.only1 = reached(function_.blocks[block].successors[1], block);
        for (size_t i = 0; i < branch.only0.size(); ++i)
            if (branch.only0[i] && branch.only1[i]) branch.only0[i] = branch.only1[i] = false;
        branches_.push_back(std::move(branch));
    }

    std::vector<bool> reached(ir::BlockId start, ir::BlockId avoided) const {
        std::vector<bool> seen(function_.blocks.size());
        std::vector<ir::BlockId> pending{start};
        while (!pending.empty()) {
            const ir::BlockId block = pending.back();
            pending.pop_back();
            if (block == avoided || seen[block]) continue;
            seen[block] = true;
            for (ir::BlockId next : function_.blocks[block].successors) pending.push_back(next);
        }
        return seen;
    }

    // The variables that a variable's value comes from, itself included.
    Roots sources(ir::Root root) const {
        Roots all;
        std::vector<ir::Root> pending{root};
        while (!pending.empty()) {
            const ir::Root next = pending.back();
            pending.pop_back();
            if (!all.insert(next).second) continue;
            if (auto it = direct_.find(next); it != direct_.end())
                pending.insert(pending.end(), it->second.begin(), it->second.end());
        }
        return all;
    }

    bool related(const Branch& branch, const Roots& first, const Roots& second) const {
        Roots all;
        for (const Roots* roots : {&first, &second})
            for (ir::Root root : *roots) all.merge(sources(root));
        return std::any_of(branch.asks.begin(), branch.asks.end(), [&](ir::Root asked) {
            const Roots from = sources(asked);
            return std::any_of(from.begin(), from.end(), [&](ir::Root root) { return all.contains(root); });
        });
    }

    // The conditions under which a variable, or one it is copied from, gets a value.
    std::set<Roots> deciders(ir::Root root) const {
        std::set<Roots> result;
        const Roots from = sources(root);
        for (const Branch& branch : branches_)
            for (ir::BlockId block = 0; block < function_.blocks.size(); ++block) {
                if (!branch.only0[block] && !branch.only1[block]) continue;
                for (const ir::Op& op : function_.blocks[block].ops)
                    if (op.kind == ir::OpKind::store && op.place.steps.empty() && from.contains(op.place.root))
                        result.insert(branch.asks);
            }
        return result;
    }

    // A value made of two variables at once, as by a library's min or max.
    bool madeOfTwo(ir::Root root) const {
        auto it = direct_.find(root);
        if (it == direct_.end() || it->second.size() < 2) return false;
        for (const ir::Block& block : function_.blocks)
            for (const ir::Op& op : block.ops)
                if (op.kind == ir::OpKind::store && op.place == ir::Place{root, {}})
                    return op.value.kind == ir::ValueKind::unknown && op.uses.size() >= 2;
        return false;
    }

    // `first = a < b ? a : b, second = a < b ? b : a`: both come from the same variables, under the same question.
    bool chosenVariables(const Roots& first, const Roots& second) const {
        for (ir::Root x : first)
            for (ir::Root y : second) {
                if (x == y) continue;
                Roots from = sources(x), other = sources(y);
                for (Roots* roots : {&from, &other}) {
                    roots->erase(x);
                    roots->erase(y);
                    std::erase_if(*roots, [&](ir::Root root) { return isTemporary(root); });
                }
                if (from.empty() || from != other) continue;
                if (madeOfTwo(x) && madeOfTwo(y)) return true;
                const std::set<Roots> ofX = deciders(x), ofY = deciders(y);
                for (const Branch& branch : branches_)
                    if (ofX.contains(branch.asks) && ofY.contains(branch.asks) && related(branch, {x}, {y}))
                        return true;
            }
        return false;
    }
    bool isTemporary(ir::Root root) const {
        return root.kind == ir::RootKind::local &&
               facts_.program->text(function_.locals[root.index].name).starts_with("%");
    }

    bool sameOperand(const ir::Op& a, const ir::Op& b) const {
        return a.kind == b.kind && a.place == b.place && a.value == b.value && a.args == b.args;
    }

    // The other branch takes them the other way round.
    bool swapped(const Branch& branch, const ir::Op& first, const ir::Op& second, OpId wanted) const {
        const ir::BlockId at = facts_.ops.block(wanted);
        if (!branch.only0[at] && !branch.only1[at]) return false;
        const std::vector<bool>& others = branch.only0[at] ? branch.only1 : branch.only0;
        std::vector<OpId> asFirst, asSecond;
        for (ir::BlockId block = 0; block < function_.blocks.size(); ++block) {
            if (!others[block]) continue;
            for (size_t i = 0; i < function_.blocks[block].ops.size(); ++i) {
                const ir::Op& op = function_.blocks[block].ops[i];
                if (&first == &second && reversed(op, second)) return true;
                if (sameOperand(op, second)) asFirst.push_back(facts_.ops.id(index_, block, i));
                if (sameOperand(op, first)) asSecond.push_back(facts_.ops.id(index_, block, i));
            }
        }
        for (OpId x : asFirst)
            for (OpId y : asSecond)
                if (x != y && mayFollow(facts_, x, y)) return true;
        return false;
    }

    // One call that takes both: the other branch passes the arguments in another order.
    static bool reversed(const ir::Op& op, const ir::Op& call) {
        return op.kind == ir::OpKind::call && op.value == call.value && op.args != call.args &&
               std::is_permutation(op.args.begin(), op.args.end(), call.args.begin(), call.args.end());
    }

    const Facts& facts_;
    FunctionIndex index_;
    const ir::Function& function_;
    std::map<ir::Root, Roots> direct_;  // variables whose content a variable is stored from
    std::vector<Branch> branches_;
};

// Whether a variable gets its values from its own, as a counter does.
bool stepsOn(const ir::Function& function, ir::Root variable) {
    for (const ir::Block& block : function.blocks)
        for (const ir::Op& op : block.ops)
            if (op.kind == ir::OpKind::store && op.place == ir::Place{variable, {}} &&
                std::find(op.uses.begin(), op.uses.end(), op.place) != op.uses.end())
                return true;
    return false;
}

// The op itself and the calls that lead to it.
std::vector<OpId> sitesOf(const Facts& facts, OpId op, ContextId context) {
    std::vector<OpId> sites{op};
    if (context.valid())
        for (const Caller& caller : facts.context(context).callers) sites.push_back(caller.op);
    return sites;
}

}  // namespace

bool choosesOrder(const Facts& facts, const Acquisition& acquisition, const HeldLock& held) {
    std::map<FunctionIndex, OrderOfTwo> functions;
    for (OpId first : sitesOf(facts, held.acquiredAt, held.acquiredIn))
        for (OpId second : sitesOf(facts, acquisition.op, acquisition.context)) {
            const FunctionIndex function = facts.ops.function(first);
            if (function != facts.ops.function(second)) continue;
            auto [it, isNew] = functions.try_emplace(function, facts, function);
            if (it->second.chosen(first, second)) return true;
        }
    return false;
}

std::optional<Link> linkBetween(const Facts& facts, PlaceId heldId, PlaceId wantedId) {
    const Place &held = facts.places.place(heldId), &wanted = facts.places.place(wantedId);
    if (held.root != wanted.root || held.steps.empty() || wanted.steps.empty()) return std::nullopt;
    // Without the lock's own member: the objects that own the locks.
    const size_t a = held.steps.size() - 1, b = wanted.steps.size() - 1;
    const size_t common = std::min(a, b);
    if (a == b ||
        !std::equal(held.steps.begin(), held.steps.begin() + static_cast<std::ptrdiff_t>(common), wanted.steps.begin()))
        return std::nullopt;
    const Place& longer = a < b ? wanted : held;
    for (size_t i = common; i + 1 < longer.steps.size(); ++i)
        if (longer.steps[i].kind == ir::StepKind::field) return Link{longer.steps[i].value, a < b};
    return std::nullopt;
}

bool mayBeNeighbours(const Facts& facts, const Acquisition& acquisition, PlaceId heldId) {
    const Place &held = facts.places.place(heldId), &wanted = facts.places.place(acquisition.lock);
    if (held.root != wanted.root) return false;
    const auto unknown = [](const Place& place) { return hasStep(place.steps, ir::StepKind::indexAny); };
    const auto counted = [&](const Place& place) {
        return std::any_of(place.steps.begin(), place.steps.end(), [&](const ir::Step& step) {
            if (step.kind == ir::StepKind::indexConstant) return true;  // the counter's first value
            if (step.kind != ir::StepKind::indexVariable || step.variable != ir::RootKind::local) return false;
            const Object& index = facts.places.object(ObjectId{static_cast<uint32_t>(step.value)});
            if (index.kind != ObjectKind::variable) return false;
            return stepsOn(facts.program->function(index.function), index.variable);
        });
    };
    return (unknown(held) && counted(wanted)) || (unknown(wanted) && counted(held));
}

}  // namespace raddle::check
