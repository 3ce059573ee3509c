// A lock is released that the thread does not hold there.
#include <algorithm>
#include <set>
#include <vector>

#include "analyzer/check/base/paths.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/base/ways.h"
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
    if (isInSomeElement(place)) return false;
    return kind == ObjectKind::global || kind == ObjectKind::typed ||
           (kind == ObjectKind::variable && (place.steps.empty() || place.steps.front().kind != ir::StepKind::deref));
}

// Whether the function surely takes the lock before and does not let it go between: some function that it calls does,
// if what is known of that one is right.
bool lostInCall(const Facts& facts, OpId release) {
    const FunctionIndex index = facts.ops.function(release);
    const ir::Function& function = facts.program->function(index);
    std::vector<OpId> taken, others;
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
            const ir::Op& op = function.blocks[block].ops[i];
            const OpId id = facts.ops.id(index, block, i);
            if (op.place != facts.ops.op(release).place) continue;
            if (op.kind == ir::OpKind::acquire && alwaysBefore(facts, id, release)) taken.push_back(id);
            if (op.kind == ir::OpKind::release && mayFollow(facts, id, release)) others.push_back(id);
        }
    return std::any_of(taken.begin(), taken.end(), [&](OpId acquire) {
        return std::none_of(others.begin(), others.end(), [&](OpId other) {
            return mayFollow(facts, acquire, other) && !alwaysBefore(facts, other, acquire);
        });
    });
}

Evidence evidenceOf(const Facts& facts, const UnheldRelease& release) {
    if (isOptionalLock(facts, release.op) || lostInCall(facts, release.op)) return Evidence::assumed;
    const std::set<ContextId> contexts = siblings(facts, release.context);
    const bool heldOnSomeWay = std::any_of(contexts.begin(), contexts.end(), [&](ContextId context) {
        return facts.heldReleases.contains({release.op, context});
    });
    return !heldOnSomeWay && namesOneLock(facts, release.lock) ? Evidence::definite : Evidence::likely;
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
        Finding finding = findingOf("misuse-unlock-not-held", evidenceOf(facts, release));
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
