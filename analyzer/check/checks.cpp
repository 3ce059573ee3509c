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

using Check = std::vector<Finding> (*)(const Facts&);

constexpr Check kChecks[] = {
    checkAnnotatedGuards, checkRaces,           checkLockOrder,    checkSelfDeadlock, checkWaitHolding,
    checkLockSplit,       checkAtomicLoadStore, checkAtomicReread, checkSplitView,    checkMissingUnlock,
    checkUnlockNotHeld,   checkWaitWithoutLoop, checkWaitLock,     checkLostSignal,   checkTrylockIgnored,
    checkThreadHandles,   checkLockLifetime,    checkForkLocked,   checkBlockingCall,
};

auto rankOf(const Finding& finding) {
    const SourceLocation& at = finding.locations.front().at;
    return std::tuple(-static_cast<int>(finding.evidence), -static_cast<int>(finding.severity),
                      static_cast<int>(finding.property), at.file, at.line, at.column, finding.rule, finding.message);
}

}  // namespace

std::vector<Finding> runChecks(const Facts& facts) {
    std::vector<Finding> findings;
    for (Check check : kChecks)
        for (Finding& finding : check(facts))
            if (!finding.locations.empty()) findings.push_back(std::move(finding));
    std::sort(findings.begin(), findings.end(),
              [](const Finding& a, const Finding& b) { return rankOf(a) < rankOf(b); });
    makeDistinct(findings);
    return findings;
}

}  // namespace raddle::check
