// A condition wait whose mutex the thread does not hold, and conditions that are waited on with different mutexes.
#include <map>
#include <set>

#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// Whether the wait's mutex is surely known and surely not held.
bool lacksLock(const Facts& facts, const Event& wait) {
    const Context& context = facts.context(wait.context);
    if (context.threads.empty() || context.general || !isUniqueLock(facts, wait.lock)) return false;
    for (const HeldLock& held : facts.locks(wait.held))
        if (held.lost || held.lock == wait.lock) return false;
    // Without known callers, who waits on what its caller has locked is a wrapper.
    return !onlyAssumed(facts, wait.context) || acquires(facts.program->function(context.function));
}

Finding describeLacking(const Facts& facts, const Event& wait) {
    const std::string lock = lockName(facts, wait.lock), condition = lockName(facts, wait.place),
                      function = functionName(facts, wait.op);
    Finding finding = findingOf("misuse-wait-lock", Evidence::definite);
    finding.message = function + " waits on " + condition + " without holding " + lock;
    finding.locations = {locationOf(facts, wait.op, "waits without " + lock)};
    addThread(facts, finding, *facts.context(wait.context).threads.begin(), wait.context, wait.op, wait.held,
              "waits on " + condition);
    finding.why = {"on some path to it the mutex was never acquired or already released"};
    finding.fingerprint = fingerprint(finding.rule, {condition, lock, function});
    return finding;
}

Finding describeTwo(const Facts& facts, const Event& wait, const Event& first) {
    const std::string condition = lockName(facts, wait.place), one = lockName(facts, first.lock),
                      other = lockName(facts, wait.lock);
    Finding finding = findingOf("misuse-wait-lock", Evidence::likely);
    finding.message = functionName(facts, wait.op) + " waits on " + condition + " with " + other + ", " +
                      functionName(facts, first.op) + " with " + one;
    finding.locations = {locationOf(facts, wait.op, "waits with " + other),
                         locationOf(facts, first.op, "waits with " + one)};
    for (const Event* event : {&wait, &first})
        addThread(facts, finding, *facts.context(event->context).threads.begin(), event->context, event->op,
                  event->held, "waits on " + condition);
    finding.why = {"both mutexes are known exactly", "the two may wait at the same time"};
    finding.fingerprint = fingerprint(finding.rule, {condition, std::min(one, other), std::max(one, other)});
    return finding;
}

}  // namespace

std::vector<Finding> checkWaitLock(const Facts& facts) {
    std::vector<Finding> findings;
    std::set<OpId> seen;
    std::map<PlaceId, std::vector<const Event*>> byCondition;
    for (const Event& event : facts.events) {
        if (facts.ops.op(event.op).kind != ir::OpKind::wait || !event.lock.valid() || !event.place.valid()) continue;
        if (lacksLock(facts, event) && seen.insert(event.op).second) findings.push_back(describeLacking(facts, event));
        if (!isUniqueLock(facts, event.place) || !isUniqueLock(facts, event.lock)) continue;
        std::vector<const Event*>& others = byCondition[event.place];
        for (const Event* first : others) {
            if (first->lock == event.lock || !together(facts, *first, event)) continue;
            if (seen.insert(event.op).second) findings.push_back(describeTwo(facts, event, *first));
            break;
        }
        others.push_back(&event);
    }
    return findings;
}

}  // namespace raddle::check
