// Split view: two values that are always changed together, under one hold of a lock, are read under two holds of it and
// put together: the pair may never have existed (Artho, Havelund, Biere, "High-level data races", 2003, view
// consistency). Told only of what one stretch of code writes side by side each time, and where one computation uses
// both.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

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

    // Keeps the locations that are written under one lock, each with all that are written in the same stretches.
    void findStretches() {
        std::map<PlaceId, std::vector<Stretch>> written;
        for (const Access& access : facts_.accesses) {
            if (access.kind != AccessKind::write || facts_.ops.op(access.op).isInit) continue;
            std::vector<Stretch>& stretches = written[access.location];
            const std::vector<HeldLock>& held = facts_.locks(access.locks);
            if (held.empty()) stretches.emplace_back(PlaceId{}, access.op, access.context, access.op);
            for (const HeldLock& lock : held)
                stretches.emplace_back(lock.lock, lock.acquiredAt, access.context, blockOf(access.op));
        }
        std::map<std::vector<Stretch>, size_t> groups;
        for (auto& [location, stretches] : written) {
            const PlaceId lock = std::get<0>(stretches.front());
            if (!lock.valid() || std::any_of(stretches.begin(), stretches.end(),
                                             [&](const Stretch& stretch) { return std::get<0>(stretch) != lock; }))
                continue;
            std::sort(stretches.begin(), stretches.end());
            stretches.erase(std::unique(stretches.begin(), stretches.end()), stretches.end());
            const size_t group = groups.try_emplace(std::move(stretches), groups.size()).first->second;
            if (group == together_.size()) together_.push_back({lock, {}});
            together_[group].locations.push_back(location);
            groupOf_.emplace(location, group);
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
            const auto group = first.write ? groupOf_.end() : groupOf_.find(first.location);
            if (group == groupOf_.end() || together_[group->second].lock != first.lock) continue;
            for (PlaceId location : together_[group->second].locations)
                if (location != first.location) checkPair(op, firstOp, secondOp, first, location);
        }
    }

    void checkPair(OpId op, OpId firstOp, OpId secondOp, const Touch& first, PlaceId location) {
        for (const Touch& second : sections_.touches(secondOp, location, first.lock)) {
            if (second.write || first.section == second.section ||
                !sameCircumstance(facts_, first.context, second.context))
                continue;
            if (both(firstOp, second) || both(secondOp, first) || !sections_.contested(first)) continue;
            if (seen_.insert(std::minmax(first.access, second.access)).second)
                describe(op, firstOp, secondOp, first, second);
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
    struct Together {
        PlaceId lock;
        std::vector<PlaceId> locations;  // sorted
    };
    std::vector<Together> together_;               // locations that are always written in the same stretches
    std::unordered_map<PlaceId, size_t> groupOf_;  // by location, into together_
    std::unordered_map<OpId, OpId> blocks_;        // the first op of an op's block
    std::vector<Finding> findings_;
    std::set<std::pair<OpId, OpId>> seen_;
};

}  // namespace

std::vector<Finding> checkSplitView(const Facts& facts, Workings& workings) {
    return SplitView(facts, workings).run();
}

}  // namespace raddle::check
