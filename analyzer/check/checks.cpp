#include "analyzer/check/checks.h"

#include <algorithm>
#include <tuple>

#include "analyzer/check/atomicity/atomicity_checks.h"
#include "analyzer/check/deadlock/deadlock_checks.h"
#include "analyzer/check/misuse/misuse_checks.h"
#include "analyzer/check/race/race_checks.h"
#include "core/model/fingerprint.h"

namespace raddle::check {
namespace {

// Some checks share what they work out of the facts.
struct Check {
    std::vector<Finding> (*alone)(const Facts&) = nullptr;
    std::vector<Finding> (*sharing)(const Facts&, Workings&) = nullptr;

    constexpr Check(std::vector<Finding> (*check)(const Facts&)) : alone(check) {}
    constexpr Check(std::vector<Finding> (*check)(const Facts&, Workings&)) : sharing(check) {}

    std::vector<Finding> operator()(const Facts& facts, Workings& workings) const {
        return alone ? alone(facts) : sharing(facts, workings);
    }
};

constexpr Check kChecks[] = {
    checkAnnotatedGuards, checkRaces,           checkLockOrder,    checkSelfDeadlock, checkWaitHolding,
    checkLockSplit,       checkAtomicLoadStore, checkAtomicReread, checkSplitView,    checkMissingUnlock,
    checkUnlockNotHeld,   checkWaitWithoutLoop, checkWaitLock,     checkLostSignal,   checkTrylockIgnored,
    checkThreadHandles,   checkLockLifetime,    checkForkLocked,   checkBlockingCall,
};

auto rankOf(const Finding& finding) {
    const SourceLocation& at = finding.locations.front().at;
    return std::tuple(-static_cast<int>(finding.evidence), -static_cast<int>(finding.severity), finding.doubts,
                      static_cast<int>(finding.property), at.file, at.line, at.column, finding.rule, finding.message);
}

}  // namespace

std::vector<Finding> runChecks(const Facts& facts) {
    std::vector<Finding> findings;
    Workings workings(facts);
    for (const Check& check : kChecks)
        for (Finding& finding : check(facts, workings))
            if (!finding.locations.empty()) findings.push_back(std::move(finding));
    std::sort(findings.begin(), findings.end(),
              [](const Finding& a, const Finding& b) { return rankOf(a) < rankOf(b); });
    makeDistinct(findings);
    return findings;
}

}  // namespace raddle::check
