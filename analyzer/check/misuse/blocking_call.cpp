// A call that may take long (sleep, waiting for input or a peer) made under a lock that another thread takes as well:
// it is held up for as long. Locks that nobody else takes, and waits for other threads, are not this check's.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// Another thread's acquisition that has to wait meanwhile.
const Acquisition* heldUp(const Facts& facts, const std::vector<const Acquisition*>& acquisitions, const Event& call,
                          const HeldLock& lock, ThreadId& waiter) {
    for (const Acquisition* acquisition : acquisitions) {
        if (lock.mode == ir::LockMode::shared && facts.ops.op(acquisition->op).mode == ir::LockMode::shared) continue;
        for (ThreadId thread : facts.context(acquisition->context).threads)
            for (ThreadId caller : facts.context(call.context).threads) {
                if (facts.thread(thread).kind == ThreadKind::assumed) continue;
                if (!mayRunInParallel(facts, caller, call.live, thread, acquisition->live)) continue;
                waiter = thread;
                return acquisition;
            }
    }
    return nullptr;
}

}  // namespace

std::vector<Finding> checkBlockingCall(const Facts& facts) {
    std::map<PlaceId, std::vector<const Acquisition*>> byLock;
    for (const Acquisition& acquisition : facts.acquisitions) byLock[acquisition.lock].push_back(&acquisition);
    std::vector<Finding> findings;
    std::set<OpId> seen;
    for (const Event& event : facts.events) {
        const ir::Op& op = facts.ops.op(event.op);
        if (op.kind != ir::OpKind::call || !op.blocks || seen.contains(event.op)) continue;
        for (const HeldLock& lock : facts.locks(event.held)) {
            if (lock.lost || lock.kind == ir::LockKind::flag || !isUniqueLock(facts, lock.lock)) continue;
            ThreadId waiter;
            const Acquisition* other = heldUp(facts, byLock[lock.lock], event, lock, waiter);
            if (!other || !seen.insert(event.op).second) continue;
            const std::string name = lockName(facts, lock.lock), callee = facts.program->text(op.value.function);
            Finding finding = findingOf("misuse-blocking-call", Evidence::likely);
            finding.message = functionName(facts, event.op) + " calls " + callee + " holding " + name + ", which " +
                              threadName(facts, waiter) + " has to wait for";
            finding.locations = {locationOf(facts, event.op, "calls " + callee + " holding " + name),
                                 locationOf(facts, lock.acquiredAt, "acquires " + name),
                                 locationOf(facts, other->op, "waits for " + name)};
            addThread(facts, finding, *facts.context(event.context).threads.begin(), event.context, event.op,
                      event.held, "calls " + callee);
            addThread(facts, finding, waiter, other->context, other->op, other->held, "acquires " + name);
            finding.why = {"another thread that may run at the same time takes " + name};
            finding.fingerprint = fingerprint(finding.rule, {name, functionName(facts, event.op), callee});
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

}  // namespace raddle::check
