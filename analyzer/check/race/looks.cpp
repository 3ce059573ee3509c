#include "analyzer/check/race/looks.h"

#include <algorithm>

#include "analyzer/check/base/exclusion.h"
#include "analyzer/check/base/paths.h"

namespace raddle::check {

using namespace facts;

namespace {

bool isExclusive(const HeldLock& lock) {
    return !lock.lost && lock.mode == ir::LockMode::exclusive && lock.kind != ir::LockKind::flag;
}

bool holds(const Facts& facts, const Access& access, PlaceId lock) {
    const std::vector<HeldLock>& held = facts.locks(access.locks);
    return std::any_of(held.begin(), held.end(),
                       [&](const HeldLock& other) { return other.lock == lock && isExclusive(other); });
}

// One record, whichever of its members. An element by pointer and by the array's name differ in whether the index is
// spelt.
bool ofOneRecord(const Facts& facts, PlaceId a, PlaceId b) {
    const auto record = [&](PlaceId id) {
        Place place = facts.places.place(id);
        if (!place.steps.empty() && place.steps.back().kind == ir::StepKind::field) place.steps.pop_back();
        std::erase_if(place.steps, isIndex);
        return place;
    };
    return record(a) == record(b);
}

bool isOneOfSeveral(const Facts& facts, PlaceId location) {
    return isOneOfMany(facts, location) || isInSomeElement(facts.places.place(location));
}

}  // namespace

// Whether what an op loads decides which way its block goes on.
bool Looks::isTest(OpId load) const {
    const ir::Op& op = facts_.ops.op(load);
    const ir::Condition& condition =
        facts_.program->function(facts_.ops.function(load)).blocks[facts_.ops.block(load)].condition;
    return condition.place == op.place ||
           std::find(condition.uses.begin(), condition.uses.end(), op.place) != condition.uses.end();
}

Looks::Looks(const Facts& facts) : facts_(facts) {
    for (uint32_t i = 0; i < facts.accesses.size(); ++i) {
        const Access& access = facts.accesses[i];
        const std::vector<HeldLock>& held = facts.locks(access.locks);
        if (access.kind == AccessKind::read && std::any_of(held.begin(), held.end(), isExclusive) && isTest(access.op))
            tests_[access.context].push_back(i);
    }
}

bool Looks::wentBefore(const Access& access, const Access& other) const {
    const auto tests = tests_.find(access.context);
    if (tests == tests_.end()) return false;
    for (const HeldLock& lock : facts_.locks(other.locks)) {
        if (!isExclusive(lock) || holds(facts_, access, lock.lock)) continue;
        for (uint32_t index : tests->second) {
            const Access& test = facts_.accesses[index];
            if (test.op != access.op && holds(facts_, test, lock.lock) &&
                (isOneOfSeveral(facts_, access.location) || isOneOfSeveral(facts_, test.location)) &&
                ofOneRecord(facts_, test.location, access.location) && inOneRound(facts_, test.op, access.op))
                return true;
        }
    }
    return false;
}

}  // namespace raddle::check
