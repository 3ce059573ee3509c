// Accesses to what an annotation says is guarded by a lock (Clang's guarded_by), without that lock.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/check/base/story.h"
#include "analyzer/check/race/race_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

class Guards {
  public:
    explicit Guards(const Facts& facts) : facts_(facts) {
        std::map<ir::NameId, uint32_t> globals;
        for (uint32_t i = 0; i < facts.program->globals.size(); ++i) globals.emplace(facts.program->globals[i].key, i);
        for (const ir::Contract& contract : facts.program->contracts) {
            if (contract.kind == ir::ContractKind::unchecked) unchecked_.insert(contract.subject);
            if (contract.kind != ir::ContractKind::guarded) continue;
            if (auto global = globals.find(contract.subject); global != globals.end())
                ofGlobals_.emplace(global->second, &contract);
            else
                ofMembers_.emplace(contract.subject.value, &contract);
        }
    }

    bool empty() const { return ofGlobals_.empty() && ofMembers_.empty(); }

    // The annotation that an access goes against.
    const ir::Contract* broken(const Access& access) const {
        const ir::Function& function = facts_.program->function(facts_.ops.function(access.op));
        if (unchecked_.contains(function.key) || function.role == ir::FunctionRole::constructor ||
            function.role == ir::FunctionRole::destructor)
            return nullptr;
        const ir::Contract* contract = guarding(facts_.places.place(access.place));
        return contract && !held(*contract, access) ? contract : nullptr;
    }

  private:
    const ir::Contract* guarding(const Place& place) const {
        for (const ir::Step& step : place.steps) {
            if (step.kind != ir::StepKind::field) continue;
            if (auto member = ofMembers_.find(static_cast<uint32_t>(step.value)); member != ofMembers_.end())
                return member->second;
        }
        const Object& root = facts_.places.object(place.root);
        if (root.kind != ObjectKind::global) return nullptr;
        auto global = ofGlobals_.find(root.global);
        return global == ofGlobals_.end() ? nullptr : global->second;
    }

    bool held(const ir::Contract& contract, const Access& access) const {
        const std::vector<HeldLock>& locks = facts_.locks(access.locks);
        return std::any_of(locks.begin(), locks.end(), [&](const HeldLock& lock) {
            if (lock.mode == ir::LockMode::shared && access.kind == AccessKind::write) return false;
            const Place& place = facts_.places.place(lock.lock);
            const Object& root = facts_.places.object(place.root);
            if (contract.global.valid() && root.kind == ObjectKind::global &&
                facts_.program->globals[root.global].key == contract.global)
                return true;
            return std::any_of(place.steps.begin(), place.steps.end(), [&](const ir::Step& step) {
                return step.kind == ir::StepKind::field && static_cast<uint32_t>(step.value) == contract.member.value;
            });
        });
    }

    const Facts& facts_;
    std::map<uint32_t, const ir::Contract*> ofMembers_, ofGlobals_;
    std::set<ir::NameId> unchecked_;
};

// Whether all locks held are known, and by names that could show one to be the guard.
bool isSure(const Facts& facts, const Access& access) {
    const std::vector<HeldLock>& locks = facts.locks(access.locks);
    return facts.context(access.context).locksKnown &&
           std::none_of(locks.begin(), locks.end(), [](const HeldLock& lock) { return lock.lost; });
}

}  // namespace

std::vector<Finding> checkAnnotatedGuards(const Facts& facts) {
    const Guards guards(facts);
    std::vector<Finding> findings;
    if (guards.empty()) return findings;
    std::set<OpId> seen;
    for (const Access& access : facts.accesses) {
        const ir::Contract* contract = guards.broken(access);
        const std::set<ThreadId>& threads = facts.context(access.context).threads;
        if (!contract || threads.empty() || !seen.insert(access.op).second) continue;
        const std::string what = facts.places.describe(access.place),
                          lock = facts.program->text(contract->member.valid() ? contract->member : contract->global),
                          deed = access.kind == AccessKind::write ? "writes" : "reads";
        Finding finding =
            findingOf("race-unprotected-access", isSure(facts, access) ? Evidence::likely : Evidence::assumed);
        finding.message = functionName(facts, access.op) + " " + deed + " `" + what +
                          "`, which is annotated as guarded by `" + lock + "`, holding " + holding(facts, access.locks);
        finding.locations = {locationOf(facts, access.op, deed + " `" + what + "` without `" + lock + "`")};
        addCalls(facts, access.context, finding);
        addThread(facts, finding, *threads.begin(), access.context, access.op, access.locks, deed + " `" + what + "`");
        finding.why = {"the object is known to others than who made it", "the function is not exempt from analysis"};
        finding.fingerprint =
            fingerprint(finding.rule, {what, lock, functionName(facts, access.op), "annotated", deed});
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace raddle::check
