// Lost wake-up: an atomic that a condition's waiters look at under the mutex is changed without it, and then signalled.
// A waiter that has just looked and is about to sleep misses the signal. Changes of plain data are left to the race
// check.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/paths.h"
#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/deadlock/deadlock_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

class LostSignals {
  public:
    explicit LostSignals(const Facts& facts) : facts_(facts) {
        for (const Access& access : facts.accesses) {
            if (access.kind == AccessKind::read)
                reads_[access.op].push_back(&access);
            else if (access.atomic)
                writes_[access.context].push_back(&access);
        }
        for (const Acquisition& acquisition : facts.acquisitions)
            acquisitions_[acquisition.context].push_back(&acquisition);
    }

    // What decides whether the wait goes on: what is read under its lock in the loop around it or by its predicate.
    std::set<PlaceId> predicate(const Event& wait) const {
        std::set<PlaceId> result;
        for (OpId op : askingOps(wait)) {
            addReads(op, wait.lock, result);
            if (facts_.ops.op(op).kind != ir::OpKind::call) continue;
            for (const Target& target : facts_.pointsTo.targetsOf(op)) {
                const ir::Function& callee = facts_.program->function(target.function);
                for (ir::BlockId block = 0; block < callee.blocks.size(); ++block)
                    for (size_t i = 0; i < callee.blocks[block].ops.size(); ++i)
                        addReads(facts_.ops.id(target.function, block, i), wait.lock, result);
            }
        }
        return result;
    }

    // A change of what is waited for, in the function that signals, with no hold of the lock from it to the signal.
    const Access* lostChange(const Event& signal, PlaceId lock, const std::set<PlaceId>& predicate) const {
        auto writes = writes_.find(signal.context);
        if (writes == writes_.end() || holds(facts_.locks(signal.held), lock)) return nullptr;
        for (const Access* write : writes->second) {
            if (!predicate.contains(write->location) || holds(facts_.locks(write->locks), lock)) continue;
            if (mayFollow(facts_, write->op, signal.op) && !lockedBetween(signal, *write, lock)) return write;
        }
        return nullptr;
    }

  private:
    void addReads(OpId op, PlaceId lock, std::set<PlaceId>& result) const {
        auto reads = reads_.find(op);
        if (reads == reads_.end()) return;
        for (const Access* read : reads->second)
            if (holds(facts_.locks(read->locks), lock)) result.insert(read->location);
    }

    std::vector<OpId> askingOps(const Event& wait) const {
        const FunctionIndex function = facts_.ops.function(wait.op);
        const ir::Function& code = facts_.program->function(function);
        const ir::BlockId block = facts_.ops.block(wait.op);
        std::vector<OpId> ops;
        if (facts_.ops.op(wait.op).looped) {
            const OpId first = facts_.ops.id(function, block, 0);
            if (wait.op != first) ops.push_back(OpId{wait.op.value - 1});
            return ops;
        }
        for (ir::BlockId other = 0; other < code.blocks.size(); ++other)
            for (size_t i = 0; i < code.blocks[other].ops.size(); ++i) {
                const OpId op = facts_.ops.id(function, other, i);
                const ir::OpKind kind = code.blocks[other].ops[i].kind;
                if ((kind == ir::OpKind::load || kind == ir::OpKind::call) && mayFollow(facts_, wait.op, op) &&
                    mayFollow(facts_, op, wait.op))
                    ops.push_back(op);
            }
        return ops;
    }

    bool lockedBetween(const Event& signal, const Access& write, PlaceId lock) const {
        auto acquisitions = acquisitions_.find(signal.context);
        if (acquisitions == acquisitions_.end()) return false;
        return std::any_of(acquisitions->second.begin(), acquisitions->second.end(), [&](const Acquisition* a) {
            return a->lock == lock && mayFollow(facts_, write.op, a->op) && mayFollow(facts_, a->op, signal.op);
        });
    }

    const Facts& facts_;
    std::map<OpId, std::vector<const Access*>> reads_;
    std::map<ContextId, std::vector<const Access*>> writes_;  // atomic ones
    std::map<ContextId, std::vector<const Acquisition*>> acquisitions_;
};

Finding describe(const Facts& facts, const Event& wait, const Event& signal, const Access& change) {
    const std::string lock = lockName(facts, wait.lock), condition = lockName(facts, wait.place),
                      what = lockName(facts, change.location), function = functionName(facts, signal.op);
    const bool assumed = onlyAssumed(facts, wait.context) || onlyAssumed(facts, signal.context);
    Finding finding = findingOf("misuse-lost-signal", assumed ? Evidence::assumed : Evidence::likely);
    finding.message = function + " changes " + what + " without " + lock + " and signals " + condition +
                      ": a waiter that has just looked misses it";
    finding.locations = {locationOf(facts, change.op, "changes " + what + " without " + lock),
                         locationOf(facts, signal.op, "signals " + condition),
                         locationOf(facts, wait.op, "waits with " + lock)};
    addThread(facts, finding, *facts.context(signal.context).threads.begin(), signal.context, change.op, change.locks,
              "changes " + what);
    addThread(facts, finding, *facts.context(wait.context).threads.begin(), wait.context, wait.op, wait.held,
              "waits on " + condition);
    finding.why = {"that " + what + " is atomic does not keep the change out of the time between look and sleep",
                   lock + " is not acquired between the change and the signal", "the wait has no time limit"};
    finding.fingerprint = fingerprint(finding.rule, {condition, what, function});
    return finding;
}

}  // namespace

std::vector<Finding> checkLostSignal(const Facts& facts) {
    const LostSignals lost(facts);
    std::map<PlaceId, std::vector<const Event*>> signals;
    for (const Event& event : facts.events)
        if (facts.ops.op(event.op).kind == ir::OpKind::signal && event.place.valid())
            signals[event.place].push_back(&event);
    std::vector<Finding> findings;
    std::set<OpId> seen;
    for (const Event& wait : facts.events) {
        const ir::Op& op = facts.ops.op(wait.op);
        if (op.kind != ir::OpKind::wait || op.timed || !wait.lock.valid() || !signals.contains(wait.place)) continue;
        const std::set<PlaceId> predicate = lost.predicate(wait);
        if (predicate.empty()) continue;
        for (const Event* signal : signals.at(wait.place)) {
            const Access* change = lost.lostChange(*signal, wait.lock, predicate);
            if (!change || !together(facts, wait, *signal) || !seen.insert(signal->op).second) continue;
            findings.push_back(describe(facts, wait, *signal, *change));
        }
    }
    return findings;
}

}  // namespace raddle::check
