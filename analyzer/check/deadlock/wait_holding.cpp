// Waiting under a lock for what another thread can only do once it has that lock: a join of a thread that takes it, a
// condition, semaphore, latch or future that is only raised behind it, a barrier that others reach only through it.
#include <algorithm>
#include <optional>
#include <set>

#include "analyzer/check/base/paths.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/deadlock/deadlock_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// What the other side does that it cannot: take the lock, or come to its signal or barrier with it.
struct Need {
    OpId op;
    ContextId context;
    ThreadId thread;
    LockSetId held;
};

bool conflicts(const Facts& facts, const HeldLock& held, OpId acquire) {
    return held.mode != ir::LockMode::shared || facts.ops.op(acquire).mode != ir::LockMode::shared;
}

class WaitHolding {
  public:
    explicit WaitHolding(const Facts& facts) : facts_(facts) {
        for (size_t i = 0; i < facts.acquisitions.size(); ++i) byLock_[facts.acquisitions[i].lock].push_back(i);
        for (size_t i = 0; i < facts.events.size(); ++i) {
            const ir::OpKind kind = facts.ops.op(facts.events[i].op).kind;
            if (kind == ir::OpKind::signal) signals_[facts.events[i].place].push_back(i);
            if (kind == ir::OpKind::barrier) barriers_[facts.events[i].place].push_back(i);
        }
    }

    std::optional<Need> needOf(const Event& event, ThreadId waiter, const HeldLock& lock) const {
        const ir::Op& op = facts_.ops.op(event.op);
        if (op.kind == ir::OpKind::barrier) return barrierNeed(event, waiter, lock);
        if (op.kind == ir::OpKind::join) {
            bool thread = false;
            for (const LiveThread& live : facts_.live(event.live)) {
                if (!live.thread.valid() || live.handle != event.place) continue;
                thread = true;
                if (auto need = joinNeed(event, waiter, live.thread, lock)) return need;
            }
            if (thread || op.conditional) return std::nullopt;
        }
        return signalNeed(event, waiter, lock);
    }

  private:
    bool parallel(const Event& event, ThreadId waiter, ThreadId thread, LiveSetId live) const {
        return mayRunInParallel(facts_, waiter, event.live, thread, live);
    }

    std::optional<Need> joinNeed(const Event& event, ThreadId waiter, ThreadId joined, const HeldLock& lock) const {
        auto acquisitions = byLock_.find(lock.lock);
        if (acquisitions == byLock_.end()) return std::nullopt;
        for (size_t index : acquisitions->second) {
            const Acquisition& acquisition = facts_.acquisitions[index];
            if (!facts_.context(acquisition.context).threads.contains(joined)) continue;
            if (!conflicts(facts_, lock, acquisition.op)) continue;
            if (!parallel(event, waiter, joined, acquisition.live)) continue;
            return Need{acquisition.op, acquisition.context, joined, acquisition.held};
        }
        return std::nullopt;
    }

    // The acquisition that `event` cannot be reached without, of a lock that conflicts with the waiter's.
    std::optional<Need> before(const Event& event, ThreadId thread, const HeldLock& lock) const {
        for (const HeldLock& held : facts_.locks(event.held))
            if (held.lock == lock.lock && !held.lost && conflicts(facts_, lock, held.acquiredAt))
                return Need{held.acquiredAt, held.acquiredIn, thread, event.held};
        auto acquisitions = byLock_.find(lock.lock);
        if (acquisitions == byLock_.end()) return std::nullopt;
        for (size_t index : acquisitions->second) {
            const Acquisition& acquisition = facts_.acquisitions[index];
            if (acquisition.context != event.context || !conflicts(facts_, lock, acquisition.op)) continue;
            if (alwaysBefore(facts_, acquisition.op, event.op))
                return Need{acquisition.op, acquisition.context, thread, acquisition.held};
        }
        return std::nullopt;
    }

    // All that can end the wait has to be behind the lock.
    std::optional<Need> signalNeed(const Event& event, ThreadId waiter, const HeldLock& lock) const {
        auto signals = signals_.find(event.place);
        if (signals == signals_.end()) return std::nullopt;
        std::optional<Need> found;
        for (size_t index : signals->second) {
            const Event& signal = facts_.events[index];
            for (const HeldLock& held : facts_.locks(signal.held))
                if (held.lock == event.place) return std::nullopt;  // a semaphore that serves as a mutex
            for (ThreadId thread : facts_.context(signal.context).threads) {
                if (!parallel(event, waiter, thread, signal.live)) {
                    if (facts_.ops.op(signal.op).lockKind == ir::LockKind::flag) return std::nullopt;
                    continue;
                }
                auto need = before(signal, thread, lock);
                if (!need) return std::nullopt;
                if (!found) found = need;
            }
        }
        return found;
    }

    std::optional<Need> barrierNeed(const Event& event, ThreadId waiter, const HeldLock& lock) const {
        auto barriers = barriers_.find(event.place);
        if (barriers == barriers_.end()) return std::nullopt;
        for (size_t index : barriers->second)
            for (ThreadId thread : facts_.context(facts_.events[index].context).threads)
                if (parallel(event, waiter, thread, facts_.events[index].live))
                    if (auto need = before(facts_.events[index], thread, lock)) return need;
        return std::nullopt;
    }

    const Facts& facts_;
    std::map<PlaceId, std::vector<size_t>> byLock_;              // into Facts::acquisitions
    std::map<PlaceId, std::vector<size_t>> signals_, barriers_;  // into Facts::events
};

std::string waitName(const Facts& facts, const Event& event, const Need& need) {
    const ir::Op& op = facts.ops.op(event.op);
    const std::string place = event.place.valid() ? lockName(facts, event.place) : "it";
    switch (op.kind) {
        case ir::OpKind::join:
            return "waits for the end of " + threadName(facts, need.thread);
        case ir::OpKind::barrier:
            return "waits at barrier " + place;
        default:
            return "waits for " + place;
    }
}

Evidence evidenceOf(const Facts& facts, const Event& event, ThreadId waiter, const HeldLock& lock, const Need& need) {
    if (facts.thread(waiter).kind == ThreadKind::assumed || facts.thread(need.thread).kind == ThreadKind::assumed)
        return Evidence::assumed;
    const bool exact = facts.ops.op(event.op).kind == ir::OpKind::join && isUniqueLock(facts, lock.lock) &&
                       !facts.context(event.context).general && !facts.context(need.context).general;
    return exact ? Evidence::definite : Evidence::likely;
}

Finding describe(const Facts& facts, const Event& event, ThreadId waiter, const HeldLock& lock, const Need& need) {
    Finding finding = findingOf("deadlock-wait-holding", evidenceOf(facts, event, waiter, lock, need));
    const std::string name = lockName(facts, lock.lock), waits = waitName(facts, event, need);
    finding.message = functionName(facts, event.op) + " " + waits + " holding " + name + ", which " +
                      functionName(facts, need.op) + " has to acquire first";
    finding.locations = {locationOf(facts, event.op, waits + " holding " + name),
                         locationOf(facts, lock.acquiredAt, "acquires " + name),
                         locationOf(facts, need.op, "needs " + name)};
    addThread(facts, finding, waiter, event.context, event.op, event.held, waits);
    addThread(facts, finding, need.thread, need.context, need.op, need.held, "acquires " + name);
    finding.why = {"the two may run at the same time", "the wait has no time limit",
                   "nothing that ends the wait can be reached without " + name};
    finding.fingerprint =
        fingerprint(finding.rule, {name, functionName(facts, event.op), functionName(facts, need.op)});
    return finding;
}

// A lock that both sides name alike is one lock when it is unique, or of an object that callers are assumed to share.
bool namesOneLock(const Facts& facts, PlaceId lock) {
    const Place& place = facts.places.place(lock);
    return isUniqueLock(facts, lock) || (facts.places.object(place.root).kind == ObjectKind::typed &&
                                         std::all_of(place.steps.begin(), place.steps.end(), [](const ir::Step& step) {
                                             return step.kind == ir::StepKind::field;
                                         }));
}

}  // namespace

std::vector<Finding> checkWaitHolding(const Facts& facts) {
    const WaitHolding waits(facts);
    std::vector<Finding> findings;
    std::set<std::pair<OpId, PlaceId>> seen;
    for (const Event& event : facts.events) {
        const ir::Op& op = facts.ops.op(event.op);
        if (op.timed || !event.place.valid()) continue;
        if (op.kind != ir::OpKind::join && op.kind != ir::OpKind::await && op.kind != ir::OpKind::wait &&
            op.kind != ir::OpKind::barrier)
            continue;
        for (const HeldLock& lock : facts.locks(event.held)) {
            if (lock.lost || lock.kind == ir::LockKind::flag || lock.lock == event.lock) continue;
            if (!namesOneLock(facts, lock.lock)) continue;
            for (ThreadId waiter : facts.context(event.context).threads)
                if (auto need = waits.needOf(event, waiter, lock); need && seen.emplace(event.op, lock.lock).second)
                    findings.push_back(describe(facts, event, waiter, lock, *need));
        }
    }
    return findings;
}

}  // namespace raddle::check
