// Locks that are destroyed too early: while they are held, while other threads may still take them, or before they are
// taken again.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/checks.h"
#include "analyzer/check/paths.h"
#include "analyzer/check/story.h"

namespace raddle::check {

using namespace facts;

namespace {

// Whether an op waits for others in a way that is not followed to its end: for a signal, or for threads of which there
// are many.
bool waits(const ir::Op& op) {
    if (op.kind == ir::OpKind::wait || op.kind == ir::OpKind::await || op.kind == ir::OpKind::barrier) return true;
    return op.kind == ir::OpKind::join && (!op.place.valid() || !op.place.steps.empty());
}

bool waits(const Facts& facts, FunctionIndex function, std::set<FunctionIndex>& seen);

// A call waits when what it runs does.
bool waits(const Facts& facts, OpId id, std::set<FunctionIndex>& seen) {
    const ir::Op& op = facts.ops.op(id);
    if (waits(op)) return true;
    if (op.kind != ir::OpKind::call) return false;
    for (const Target& target : facts.pointsTo.targetsOf(id))
        if (waits(facts, target.function, seen)) return true;
    return false;
}

bool waits(const Facts& facts, FunctionIndex index, std::set<FunctionIndex>& seen) {
    if (!seen.insert(index).second) return false;
    const ir::Function& function = facts.program->function(index);
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i)
            if (waits(facts, facts.ops.id(index, block, i), seen)) return true;
    return false;
}

// Something in the function before the destruction waits for others.
bool waitsBefore(const Facts& facts, OpId destroy) {
    const FunctionIndex index = facts.ops.function(destroy);
    const ir::Function& function = facts.program->function(index);
    std::set<FunctionIndex> seen{index};
    for (ir::BlockId block = 0; block < function.blocks.size(); ++block)
        for (size_t i = 0; i < function.blocks[block].ops.size(); ++i) {
            const OpId op = facts.ops.id(index, block, i);
            if (mayFollow(facts, op, destroy) && waits(facts, op, seen)) return true;
        }
    return false;
}

Finding findingAt(const Facts& facts, const Event& destroy, Evidence evidence, const std::string& what) {
    const std::string name = lockName(facts, destroy.place);
    Finding finding = findingOf("misuse-lock-destroyed", evidence);
    finding.message = functionName(facts, destroy.op) + " destroys " + name + what;
    finding.locations = {locationOf(facts, destroy.op, "destroys " + name)};
    finding.threads = {threadStory(facts, *facts.context(destroy.context).threads.begin(), destroy.context, destroy.op,
                                   destroy.held, "destroys " + name)};
    finding.fingerprint = fingerprint(finding.rule, {name, functionName(facts, destroy.op), what});
    return finding;
}

class LockLifetime {
  public:
    explicit LockLifetime(const Facts& facts) : facts_(facts) {
        for (const Acquisition& acquisition : facts.acquisitions) byLock_[acquisition.lock].push_back(&acquisition);
    }

    void check(const Event& destroy, std::vector<Finding>& out) {
        if (facts_.context(destroy.context).threads.empty() || !destroy.place.valid()) return;
        if (!held(destroy, out) && isUniqueLock(facts_, destroy.place) && !usedByOthers(destroy, out))
            usedAgain(destroy, out);
    }

  private:
    bool held(const Event& destroy, std::vector<Finding>& out) {
        for (const HeldLock& lock : facts_.locks(destroy.held)) {
            if (lock.lock != destroy.place || lock.lost || facts_.context(destroy.context).general) continue;
            Finding finding = findingAt(facts_, destroy, Evidence::definite, " while the thread holds it");
            finding.locations.push_back(locationOf(facts_, lock.acquiredAt, "acquired here"));
            finding.why = {"it is not released between the two"};
            out.push_back(std::move(finding));
            return true;
        }
        return false;
    }

    bool usedByOthers(const Event& destroy, std::vector<Finding>& out) {
        auto acquisitions = byLock_.find(destroy.place);
        if (acquisitions == byLock_.end() || waitsBefore(facts_, destroy.op)) return false;
        for (const Acquisition* acquisition : acquisitions->second)
            for (ThreadId user : facts_.context(acquisition->context).threads)
                for (ThreadId destroyer : facts_.context(destroy.context).threads) {
                    if (facts_.thread(user).kind != ThreadKind::spawned || user == destroyer) continue;
                    if (!mayRunInParallel(facts_, destroyer, destroy.live, user, acquisition->live)) continue;
                    const std::string name = lockName(facts_, destroy.place);
                    const bool exact = !facts_.thread(user).joined;
                    Finding finding = findingAt(facts_, destroy, exact ? Evidence::likely : Evidence::assumed,
                                                " while " + threadName(facts_, user) + " may still take it");
                    finding.locations.push_back(locationOf(facts_, acquisition->op, "acquires " + name));
                    finding.threads.push_back(threadStory(facts_, user, acquisition->context, acquisition->op,
                                                          acquisition->held, "acquires " + name));
                    finding.why = {"the thread is not joined before", "nothing in the function waits for it"};
                    out.push_back(std::move(finding));
                    return true;
                }
        return false;
    }

    void usedAgain(const Event& destroy, std::vector<Finding>& out) {
        auto acquisitions = byLock_.find(destroy.place);
        if (acquisitions == byLock_.end()) return;
        for (const Acquisition* acquisition : acquisitions->second) {
            if (acquisition->context != destroy.context || !alwaysBefore(facts_, destroy.op, acquisition->op)) continue;
            const bool anew = std::any_of(facts_.events.begin(), facts_.events.end(), [&](const Event& event) {
                return facts_.ops.op(event.op).kind == ir::OpKind::initLock && event.place == destroy.place &&
                       event.op != destroy.op;
            });
            if (anew && !onlyBefore(destroy)) continue;
            Finding finding = findingAt(facts_, destroy, Evidence::definite, " and uses it again");
            finding.locations.push_back(
                locationOf(facts_, acquisition->op, "acquires " + lockName(facts_, destroy.place)));
            finding.why = {"it is not initialised between the two"};
            out.push_back(std::move(finding));
            return;
        }
    }

    // Whether all initialisations come before the destruction and none after it.
    bool onlyBefore(const Event& destroy) const {
        for (const Event& event : facts_.events) {
            if (facts_.ops.op(event.op).kind != ir::OpKind::initLock || event.place != destroy.place) continue;
            if (facts_.ops.function(event.op) != facts_.ops.function(destroy.op)) return false;
            if (mayFollow(facts_, destroy.op, event.op)) return false;
        }
        return true;
    }

    const Facts& facts_;
    std::map<PlaceId, std::vector<const Acquisition*>> byLock_;
};

}  // namespace

std::vector<Finding> checkLockLifetime(const Facts& facts) {
    LockLifetime lifetime(facts);
    std::vector<Finding> findings;
    for (const Event& event : facts.events)
        if (facts.ops.op(event.op).kind == ir::OpKind::destroyLock) lifetime.check(event, findings);
    return findings;
}

}  // namespace raddle::check
