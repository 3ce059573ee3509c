// Split view: two values that are always changed together, under one hold of a lock, are read under two holds of it and
// put together: the pair may never have existed (Artho, Havelund, Biere, "High-level data races", 2003, view
// consistency). Told only of what one stretch of code writes side by side each time, and where one computation uses
// both.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analyzer/check/atomicity/atomicity_checks.h"
#include "analyzer/check/atomicity/stale.h"
#include "analyzer/check/base/story.h"

namespace raddle::check {

using namespace facts;

namespace {

bool isUnderLock(const Facts& facts, const Access& access) {
    return !access.atomic && !facts.locks(access.locks).empty();
}

class SplitView {
  public:
    SplitView(const Facts& facts, Workings& workings) : facts_(facts), sections_(facts, workings, isUnderLock, true) {
        findStretches();
    }

    std::vector<Finding> run() {
        for (FunctionIndex function : functionsRun(facts_, sections_.lockers())) checkFunction(function);
        return std::move(findings_);
    }

  private:
    // A hold of a lock within one block of one function, in one context.
    using Stretch = std::tuple<PlaceId, OpId, ContextId, OpId>;

    void findStretches() {
        for (const Access& access : facts_.accesses) {
            if (access.kind != AccessKind::write || facts_.ops.op(access.op).isInit) continue;
            auto& stretches = written_[access.location];
            const std::vector<HeldLock>& held = facts_.locks(access.locks);
            if (held.empty()) stretches.insert({PlaceId{}, access.op, access.context, access.op});
            for (const HeldLock& lock : held)
                stretches.insert({lock.lock, lock.acquiredAt, access.context, blockOf(access.op)});
        }
    }

    // The first op of an op's block.
    OpId blockOf(OpId op) {
        auto [it, isNew] = blocks_.try_emplace(op, op);
        if (!isNew) return it->second;
        const FunctionIndex function = facts_.ops.function(op);
        const ir::Function& code = facts_.program->function(function);
        for (ir::BlockId block = 0; block < code.blocks.size(); ++block)
            if (!code.blocks[block].ops.empty())
                if (const OpId begin = facts_.ops.id(function, block, 0); begin.value <= op.value) it->second = begin;
        return it->second;
    }

    bool changedTogether(PlaceId x, PlaceId y, PlaceId lock) const {
        auto a = written_.find(x), b = written_.find(y);
        if (a == written_.end() || b == written_.end() || a->second != b->second) return false;
        return std::all_of(a->second.begin(), a->second.end(),
                           [&](const Stretch& stretch) { return std::get<0>(stretch) == lock; });
    }

    void checkFunction(FunctionIndex function) {
        const Dependences& flow = sections_.dependencesOf(function);
        for (const auto& [op, reads] : flow.data) {
            const ir::Op& uses = facts_.ops.op(op);
            if (reads.size() < 2 || (uses.kind == ir::OpKind::call && uses.opaque)) continue;
            for (OpId first : reads)
                for (OpId second : reads)
                    if (first.value < second.value) checkPair(op, first, second);
        }
    }

    void checkPair(OpId op, OpId firstOp, OpId secondOp) {
        for (const Touch& first : sections_.touches(firstOp)) {
            if (first.write || !written_.contains(first.location)) continue;
            for (const Touch& second : sections_.touches(secondOp)) {
                if (second.write || first.location == second.location || first.lock != second.lock ||
                    first.section == second.section || !sameCircumstance(facts_, first.context, second.context))
                    continue;
                if (!changedTogether(first.location, second.location, first.lock)) continue;
                if (both(firstOp, second) || both(secondOp, first) || !sections_.contested(first)) continue;
                if (seen_.insert(std::minmax(first.access, second.access)).second)
                    describe(op, firstOp, secondOp, first, second);
            }
        }
    }

    // Whether the op also reads, under its hold, the other value.
    bool both(OpId op, const Touch& other) { return !sections_.touches(op, other.location, other.lock).empty(); }

    void describe(OpId op, OpId firstOp, OpId secondOp, const Touch& first, const Touch& second) {
        const std::string a = facts_.places.describe(first.location), b = facts_.places.describe(second.location),
                          lock = lockName(facts_, first.lock), where = functionName(facts_, op);
        const ContextId context = first.context;
        Finding finding =
            findingOf("atomicity-split-view", onlyAssumed(facts_, context) ? Evidence::assumed : Evidence::likely);
        finding.locations = {locationOf(facts_, second.access, "read under a later hold"),
                             locationOf(facts_, first.access, "read under an earlier hold")};
        if (secondOp != second.access) finding.locations.push_back(locationOf(facts_, secondOp, "leads to the read"));
        if (firstOp != first.access) finding.locations.push_back(locationOf(facts_, firstOp, "leads to the read"));
        addThread(facts_, finding, *facts_.context(second.context).threads.begin(), second.context, second.access,
                  {facts_.places.describe(second.lock)}, "read");
        finding.message = where + " puts `" + a + "` and `" + b + "` together, read under two holds of " + lock +
                          ", though they are always changed together under one";
        finding.why = {lock + " is released between the two reads",
                       "each change of `" + a + "` changes `" + b + "` under the same hold, and the other way round",
                       "other threads change them meanwhile"};
        finding.fingerprint = fingerprint(finding.rule, {a, b, where});
        findings_.push_back(std::move(finding));
    }

    const Facts& facts_;
    Sections sections_;
    std::map<PlaceId, std::set<Stretch>> written_;
    std::map<OpId, OpId> blocks_;  // the first op of an op's block
    std::vector<Finding> findings_;
    std::set<std::pair<OpId, OpId>> seen_;
};

}  // namespace

std::vector<Finding> checkSplitView(const Facts& facts, Workings& workings) {
    return SplitView(facts, workings).run();
}

}  // namespace raddle::check
