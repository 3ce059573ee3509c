// Locks that are destroyed too early: while the thread holds them, or before it takes them again. Destruction while
// other threads may take a lock is a race with them, and the race check's.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/paths.h"
#include "analyzer/check/base/questions.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/base/ways.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

Finding findingAt(const Facts& facts, const Event& destroy, Evidence evidence, const std::string& what) {
    const std::string name = lockName(facts, destroy.place);
    Finding finding = findingOf("misuse-lock-destroyed", evidence);
    finding.message = functionName(facts, destroy.op) + " destroys " + name + what;
    finding.locations = {locationOf(facts, destroy.op, "destroys " + name)};
    addThread(facts, finding, *facts.context(destroy.context).threads.begin(), destroy.context, destroy.op,
              destroy.held, "destroys " + name);
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
        if (!held(destroy, out) && isUniqueLock(facts_, destroy.place)) usedAgain(destroy, out);
    }

  private:
    bool held(const Event& destroy, std::vector<Finding>& out) {
        for (const HeldLock& lock : facts_.locks(destroy.held)) {
            if (lock.lock != destroy.place || lock.lost || facts_.context(destroy.context).general) continue;
            Finding finding = findingAt(facts_, destroy, freeOnSomeWay(destroy) ? Evidence::likely : Evidence::definite,
                                        " while the thread holds it");
            finding.locations.push_back(locationOf(facts_, lock.acquiredAt, "acquired here"));
            finding.why = {"it is not released between the two"};
            out.push_back(std::move(finding));
            return true;
        }
        return false;
    }

    bool freeOnSomeWay(const Event& destroy) const {
        const std::set<ContextId> contexts = siblings(facts_, destroy.context);
        return std::any_of(facts_.events.begin(), facts_.events.end(), [&](const Event& other) {
            return other.op == destroy.op && other.place == destroy.place && contexts.contains(other.context) &&
                   !holds(facts_.locks(other.held), destroy.place);
        });
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
