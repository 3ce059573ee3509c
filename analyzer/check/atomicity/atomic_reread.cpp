// An atomic is changed in one step, and then loaded to learn what that step made of it: by then another thread may have
// changed it too. Two threads that take a number each get the same one; of two that drop the last two references both
// see none left, and both free. The step itself tells what it found. Looked for in one stretch of code without
// branches, also through calls; a number that is only printed or compared by size is meant to be rough.
#include <algorithm>
#include <set>

#include "analyzer/check/atomicity/atomicity_checks.h"
#include "analyzer/check/atomicity/stale.h"
#include "analyzer/check/base/story.h"

namespace raddle::check {

using namespace facts;

namespace {

class AtomicReread {
  public:
    AtomicReread(const Facts& facts, Workings& workings) : facts_(facts), sections_(facts, workings, isAtomic) {}

    std::vector<Finding> run() {
        for (FunctionIndex function : functionsRun(facts_, sections_.users()))
            for (ir::BlockId block = 0; block < facts_.program->function(function).blocks.size(); ++block)
                checkBlock(function, block);
        return std::move(findings_);
    }

  private:
    bool mayChange(OpId id, const ir::Op& op) const {
        if (op.kind != ir::OpKind::call) return op.kind == ir::OpKind::rmw;
        const auto& targets = facts_.pointsTo.targetsOf(id);
        return std::any_of(targets.begin(), targets.end(),
                           [&](const Target& target) { return sections_.users().contains(target.function); });
    }

    void checkBlock(FunctionIndex function, ir::BlockId block) {
        const std::vector<ir::Op>& ops = facts_.program->function(function).blocks[block].ops;
        for (size_t i = 0; i < ops.size(); ++i) {
            const OpId change = facts_.ops.id(function, block, i);
            if (!mayChange(change, ops[i])) continue;
            for (size_t j = i + 1; j < ops.size(); ++j)
                if (ops[j].kind == ir::OpKind::load || ops[j].kind == ir::OpKind::call)
                    checkPair(change, facts_.ops.id(function, block, j), block);
        }
    }

    void checkPair(OpId changeOp, OpId loadOp, ir::BlockId block) {
        for (size_t changeIndex : sections_.effects(changeOp)) {
            const Access& change = facts_.accesses[changeIndex];
            if (facts_.ops.op(change.op).kind != ir::OpKind::rmw || change.kind != AccessKind::write) continue;
            for (size_t loadIndex : sections_.effects(loadOp)) {
                const Access& load = facts_.accesses[loadIndex];
                if (!load.atomic || load.kind != AccessKind::read || load.location != change.location ||
                    facts_.ops.op(load.op).kind != ir::OpKind::load ||
                    !sameCircumstance(facts_, load.context, change.context))
                    continue;
                if (shareLock(load, change) || !sections_.contested(change) || sections_.resultUsed(change.op))
                    continue;
                const auto trusts = trusting(loadOp, block);
                if (trusts && seen_.insert(loadOp).second) describe(changeOp, loadOp, change, load, *trusts);
            }
        }
    }

    bool shareLock(const Access& a, const Access& b) const {
        for (const HeldLock& x : facts_.locks(a.locks))
            for (const HeldLock& y : facts_.locks(b.locks))
                if (x.lock == y.lock && x.kind != ir::LockKind::flag) return true;
        return false;
    }

    // What takes the load for the outcome of the step: what it decides, keeps or returns.
    std::optional<OpId> trusting(OpId load, ir::BlockId block) {
        const FunctionIndex function = facts_.ops.function(load);
        const Dependences& flow = sections_.dependencesOf(function);
        for (const auto& [op, reads] : flow.data) {
            if (op.value <= load.value || !reads.contains(load)) continue;
            const ir::Op& keeps = facts_.ops.op(op);
            const bool elsewhere = keeps.kind == ir::OpKind::store && keeps.place.root.kind != ir::RootKind::local &&
                                   keeps.order == ir::MemoryOrder::plain;
            if (storesResult(facts_, op) || elsewhere) return op;
        }
        return decided(load, function, block);
    }

    // What stands under a test of the load at the end of its block. Loops that wait for it ask again anyway.
    std::optional<OpId> decided(OpId load, FunctionIndex function, ir::BlockId block) {
        const Dependences& flow = sections_.dependencesOf(function);
        const ir::Block& tests = facts_.program->function(function).blocks[block];
        const ir::Op& op = facts_.ops.op(load);
        const ir::Place read = op.kind == ir::OpKind::call ? ir::Place{op.result, {}} : op.place;
        const std::vector<ir::Place>& uses = tests.condition.uses;
        if (std::find(uses.begin(), uses.end(), read) == uses.end() && tests.condition.place != read) return {};
        for (ir::BlockId successor : tests.successors) {
            const std::vector<ir::Op>& ops = facts_.program->function(function).blocks[successor].ops;
            for (size_t i = 0; i < ops.size(); ++i) {
                const OpId id = facts_.ops.id(function, successor, i);
                if (ops[i].kind == ir::OpKind::free) return id;
                const bool kept = ops[i].kind == ir::OpKind::store && ops[i].place.root.kind != ir::RootKind::local;
                if ((!kept && ops[i].kind != ir::OpKind::call) || tests.condition.ordering) continue;
                auto near = flow.nearest.find(id);
                if (near != flow.nearest.end() && near->second.contains(load)) return id;
            }
        }
        return {};
    }

    void describe(OpId changeOp, OpId loadOp, const Access& change, const Access& load, OpId trusts) {
        const std::string what = facts_.places.describe(change.place), where = functionName(facts_, loadOp);
        Finding finding =
            findingOf("atomicity-reread", onlyAssumed(facts_, change.context) ? Evidence::assumed : Evidence::likely);
        finding.locations = {locationOf(facts_, load.op, "load taken for the outcome"),
                             locationOf(facts_, change.op, "atomic change")};
        if (load.op != loadOp) finding.locations.push_back(locationOf(facts_, loadOp, "leads to the load"));
        if (change.op != changeOp) finding.locations.push_back(locationOf(facts_, changeOp, "leads to the change"));
        addThread(facts_, finding, *facts_.context(load.context).threads.begin(), load.context, load.op,
                  lockNames(facts_, load.locks), "load");
        finding.message = where + " changes `" + what +
                          "` in one step and then loads it to learn the outcome; another " +
                          "thread's change in between is taken for its own";
        const std::string line = std::to_string(facts_.ops.op(trusts).at.line);
        finding.why = {"the change and the load are two atomic steps, not one",
                       "other threads change `" + what + "` meanwhile",
                       "what is loaded counts at line " + line + ", and what the change itself tells is not looked at"};
        finding.fingerprint = fingerprint(finding.rule, {what, where});
        findings_.push_back(std::move(finding));
    }

    const Facts& facts_;
    Sections sections_;
    std::vector<Finding> findings_;
    std::set<OpId> seen_;
};

}  // namespace

std::vector<Finding> checkAtomicReread(const Facts& facts, Workings& workings) {
    return AtomicReread(facts, workings).run();
}

}  // namespace raddle::check
