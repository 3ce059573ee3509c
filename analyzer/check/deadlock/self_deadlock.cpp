// Self-deadlock: a thread acquires a lock it already holds and that is not recursive, or asks to write a
// readers-writer lock it holds for reading.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/base/ways.h"
#include "analyzer/check/deadlock/deadlock_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// The same name is the same lock while the name's variables stand; an unknown element is not.
bool sameInstance(const Facts& facts, PlaceId lock) {
    return !hasStep(facts.places.place(lock).steps, ir::StepKind::indexAny);
}

// Whether some way leads to the same acquisition without the lock.
bool freeOnSomeWay(const Facts& facts, const Acquisition& acquisition) {
    const std::set<ContextId> contexts = siblings(facts, acquisition.context);
    return std::any_of(facts.acquisitions.begin(), facts.acquisitions.end(), [&](const Acquisition& other) {
        return other.op == acquisition.op && other.lock == acquisition.lock && contexts.contains(other.context) &&
               !holds(facts.locks(other.held), acquisition.lock);
    });
}

}  // namespace

std::vector<Finding> checkSelfDeadlock(const Facts& facts) {
    std::vector<Finding> findings;
    std::map<std::pair<OpId, OpId>, size_t> seen;  // and the finding that tells of it
    for (const Acquisition& acquisition : facts.acquisitions) {
        const ir::Op& op = facts.ops.op(acquisition.op);
        if (isRecursiveLock(facts, acquisition.lock, op.lockKind) || !sameInstance(facts, acquisition.lock)) continue;
        for (const HeldLock& held : facts.locks(acquisition.held)) {
            if (held.lock != acquisition.lock || held.lost || held.kind == ir::LockKind::flag) continue;
            if (isRecursiveLock(facts, held.lock, held.kind)) continue;
            const bool upgrade = held.mode == ir::LockMode::shared && op.mode == ir::LockMode::exclusive;
            if (held.mode == ir::LockMode::shared && op.mode == ir::LockMode::shared) continue;
            if (facts.context(acquisition.context).threads.empty()) continue;
            auto [known, isNew] = seen.try_emplace({acquisition.op, held.acquiredAt}, findings.size());
            if (!isNew) {
                addCalls(facts, acquisition.context, findings[known->second]);
                continue;
            }
            const std::string name = lockName(facts, held.lock);
            // A thread that does this hangs by itself; that the code is reached is all that is assumed.
            const bool sure = !facts.context(acquisition.context).general && !onlyAssumed(facts, acquisition.context) &&
                              !freeOnSomeWay(facts, acquisition);
            Finding finding = findingOf("deadlock-self", sure ? Evidence::definite : Evidence::likely);
            finding.message = upgrade ? functionName(facts, acquisition.op) + " acquires " + name +
                                            " for writing while the same thread holds it for reading"
                                      : functionName(facts, acquisition.op) + " acquires " + name +
                                            ", which the same thread already holds";
            finding.locations = {locationOf(facts, acquisition.op, "acquires " + name + " again"),
                                 locationOf(facts, held.acquiredAt, "acquired here")};
            if (held.takenBy != held.acquiredAt)
                finding.locations.push_back(locationOf(facts, held.takenBy, "takes " + name));
            addThread(facts, finding, *facts.context(acquisition.context).threads.begin(), acquisition.context,
                      acquisition.op, acquisition.held, "acquires " + name);
            addCalls(facts, acquisition.context, finding);
            finding.why = {name + " is not recursive", "it is not released between the two"};
            finding.fingerprint = fingerprint(
                finding.rule, {name, functionName(facts, acquisition.op), functionName(facts, held.acquiredAt)});
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

}  // namespace raddle::check
