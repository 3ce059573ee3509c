// Lock split: what is written under a lock rests on what was read under an earlier hold of the same lock, and nothing
// is looked at again in between (Artho, Havelund, Biere, "High-level data races", 2003).
#include <algorithm>
#include <set>

#include "analyzer/check/atomicity/atomicity_checks.h"
#include "analyzer/check/atomicity/stale.h"
#include "analyzer/check/base/exclusion.h"
#include "analyzer/check/base/story.h"

namespace raddle::check {

using namespace facts;

namespace {

bool isUnderLock(const Facts& facts, const Access& access) {
    const std::vector<HeldLock>& held = facts.locks(access.locks);
    return std::any_of(held.begin(), held.end(),
                       [](const HeldLock& lock) { return lock.kind != ir::LockKind::flag && !lock.lost; });
}

class LockSplit {
  public:
    LockSplit(const Facts& facts, Workings& workings) : facts_(facts), sections_(facts, workings, isUnderLock) {}

    std::vector<Finding> run() {
        for (FunctionIndex function : functionsRun(facts_, sections_.lockers())) checkFunction(function);
        return std::move(findings_);
    }

  private:
    void checkFunction(FunctionIndex function) {
        flow_ = &sections_.dependencesOf(function);
        for (const auto& [store, data] : flow_->data) {
            Reads reads = data;
            const Reads& control = flow_->control.at(store);
            reads.insert(control.begin(), control.end());
            if (reads.empty()) continue;
            const std::vector<Touch>& writes = sections_.touches(store);
            std::set<std::pair<OpId, PlaceId>> under;  // the sections and locks
            for (const Touch& write : writes) under.emplace(write.section, write.lock);
            for (const Touch& write : writes)
                if (write.write)
                    for (OpId read : reads) checkPair(store, read, write, under);
        }
    }

    void checkPair(OpId store, OpId readOp, const Touch& write, const std::set<std::pair<OpId, PlaceId>>& under) {
        if (seen_.contains(store)) return;
        if (facts_.ops.op(write.access).conditional) return;  // looks for itself
        for (const Touch& read : sections_.touches(readOp, write.location, write.lock)) {
            if (read.write || read.section == write.section || !sameCircumstance(facts_, read.context, write.context))
                continue;
            // Ways through the function that lock in different places, each over both.
            if (under.contains({read.section, read.lock})) continue;
            if (isConstant(store, write.access) && !flow_->data.at(store).contains(readOp) &&
                (!flow_->nearest.at(store).contains(readOp) || !claims(facts_, *flow_, store, readOp)))
                continue;
            if (checkedAgain(write, flow_->control.at(store)) || claimed(readOp, read) || !sections_.contested(write))
                continue;
            if (seen_.insert(store).second)
                describe({store, readOp, write.access, read.access, write.context, write.location}, write.lock);
        }
    }

    // Whether what is written is a constant, of the writer or given to it.
    bool isConstant(OpId store, OpId write) const {
        const ir::Value& value = facts_.ops.op(write).value;
        if (value.kind == ir::ValueKind::constant) return true;
        const std::vector<ir::Value>& args = facts_.ops.op(store).args;
        return value.kind == ir::ValueKind::load && value.place.root.kind == ir::RootKind::formal && store != write &&
               value.place.steps.empty() && value.place.root.index < args.size() &&
               args[value.place.root.index].kind == ir::ValueKind::constant;
    }

    // A decision made anew in the section that writes makes up for the stale one.
    bool checkedAgain(const Touch& write, const Reads& control) {
        for (OpId read : control)
            for (const Touch& touch : sections_.touches(read))
                if (!touch.write && touch.section == write.section && touch.lock == write.lock &&
                    facts_.places.place(touch.location).root == facts_.places.place(write.location).root)
                    return true;
        return false;
    }

    // Whoever reads also marks, under the same hold, that it is at work on it: others see that and stay away.
    bool claimed(OpId readOp, const Touch& read) {
        for (const auto& [op, control] : flow_->control) {
            const bool rests = control.contains(readOp) || flow_->data.at(op).contains(readOp);
            for (const Touch& touch : sections_.touches(op))
                if (touch.write && touch.section == read.section && touch.lock == read.lock &&
                    (touch.location == read.location || rests))
                    return true;
        }
        return false;
    }

    // Another lock, held since before the write, may be what its decision is under.
    bool checkedOtherwise(const StalePair& pair, PlaceId lock) {
        for (OpId read : flow_->control.at(pair.decided))
            for (size_t index : sections_.accesses(read))
                for (const HeldLock& held : facts_.locks(facts_.accesses[index].locks))
                    for (size_t other : sections_.accesses(pair.write))
                        for (const HeldLock& still : facts_.locks(facts_.accesses[other].locks))
                            if (held.lock != lock && held.lock == still.lock && held.takenBy == still.takenBy)
                                return true;
        return false;
    }

    // The lock is that of an object which is not the one that is written: of many objects, it hardly guards that.
    bool isAnothers(const StalePair& pair, PlaceId lockPlace) {
        if (!isOneOfMany(facts_, pair.location)) return false;
        std::set<OpId> acquires;
        for (size_t index : sections_.accesses(pair.write))
            for (const HeldLock& held : facts_.locks(facts_.accesses[index].locks))
                if (held.lock == lockPlace) acquires.insert(held.acquiredAt);
        bool known = false;
        for (const Access& access : facts_.accesses) {
            if (!acquires.contains(access.op)) continue;
            known = true;
            const ObjectId locked = facts_.places.place(access.location).root;
            const bool isArray = facts_.places.object(locked).kind == ObjectKind::global;
            if (isArray || !isOneOfMany(facts_, access.location) || locked == facts_.places.place(pair.location).root)
                return false;
        }
        return known;
    }

    void describe(const StalePair& pair, PlaceId lockPlace) {
        const std::string what = facts_.places.describe(pair.location), held = facts_.places.describe(lockPlace),
                          lock = lockName(facts_, lockPlace);
        Finding finding = findingOfStale(facts_, "atomicity-lock-split", pair, {held},
                                         {what, held, functionName(facts_, pair.decided)});
        finding.message = functionName(facts_, pair.decided) + " writes `" + what + "` under " + lock +
                          " on the strength of a value read under an earlier hold of " + lock +
                          "; another thread may have changed it in between";
        finding.why = {lock + " is released between the read and the write",
                       "the value is not read again to decide after " + lock + " is taken again",
                       "other threads write `" + what + "` meanwhile"};
        if (isAnothers(pair, lockPlace)) limitEvidence(finding, Evidence::assumed);
        if (checkedOtherwise(pair, lockPlace)) {
            finding.severity = Severity::note;
            finding.why.push_back("what was read under another lock, still held, has a say in it too");
        }
        findings_.push_back(std::move(finding));
    }

    const Facts& facts_;
    Sections sections_;
    const Dependences* flow_ = nullptr;
    std::vector<Finding> findings_;
    std::set<OpId> seen_;
};

}  // namespace

std::vector<Finding> checkLockSplit(const Facts& facts, Workings& workings) {
    return LockSplit(facts, workings).run();
}

}  // namespace raddle::check
