// A lock is released that the thread does not hold there.
#include <set>

#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// Without known callers only a function that acquires the lock itself can be said to release it wrongly.
bool acquiresItself(const Facts& facts, const UnheldRelease& release) {
    const ir::Op& op = facts.ops.op(release.op);
    for (const ir::Block& block : facts.program->function(facts.ops.function(release.op)).blocks)
        for (const ir::Op& other : block.ops)
            if (other.kind == ir::OpKind::acquire && other.place == op.place) return true;
    return false;
}

bool namesOneLock(const Facts& facts, PlaceId lock) {
    const Place& place = facts.places.place(lock);
    const ObjectKind kind = facts.places.object(place.root).kind;
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::indexAny || step.kind == ir::StepKind::indexVariable) return false;
    return kind == ObjectKind::global || kind == ObjectKind::typed ||
           (kind == ObjectKind::variable && (place.steps.empty() || place.steps.front().kind != ir::StepKind::deref));
}

}  // namespace

std::vector<Finding> checkUnlockNotHeld(const Facts& facts) {
    std::vector<Finding> findings;
    std::set<OpId> seen;
    for (const UnheldRelease& release : facts.unheldReleases) {
        const Context& context = facts.context(release.context);
        if (context.threads.empty() || context.general || !context.locksKnown) continue;
        const bool own = acquiresItself(facts, release);
        if (!own && (onlyAssumed(facts, release.context) || !namesOneLock(facts, release.lock))) continue;
        if (!seen.insert(release.op).second) continue;
        const std::string name = lockName(facts, release.lock), function = functionName(facts, release.op);
        Finding finding = findingOf("misuse-unlock-not-held",
                                    namesOneLock(facts, release.lock) ? Evidence::definite : Evidence::likely);
        finding.message = function + " releases " + name + ", which the thread does not hold on this path";
        finding.locations = {locationOf(facts, release.op, "releases " + name)};
        addThread(facts, finding, *context.threads.begin(), release.context, release.op, std::vector<std::string>{},
                  "releases " + name);
        finding.why = {"on some path to it the lock was never acquired or already released"};
        finding.fingerprint = fingerprint(finding.rule, {name, function});
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace raddle::check
