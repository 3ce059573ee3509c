// The checks: each is a function from facts to findings, one file a check, listed in one table (checks.cpp).
// docs/adding-a-check.md tells how to add one.
#pragma once

#include <vector>

#include "analyzer/facts/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

using facts::Facts;

// The findings of all checks, without repetitions, most certain and most severe first.
std::vector<Finding> runChecks(const Facts& facts);

std::vector<Finding> checkRaces(const Facts& facts);
std::vector<Finding> checkAnnotatedGuards(const Facts& facts);
std::vector<Finding> checkLockOrder(const Facts& facts);
std::vector<Finding> checkSelfDeadlock(const Facts& facts);
std::vector<Finding> checkWaitHolding(const Facts& facts);
std::vector<Finding> checkLockSplit(const Facts& facts);
std::vector<Finding> checkAtomicLoadStore(const Facts& facts);
std::vector<Finding> checkAtomicReread(const Facts& facts);
std::vector<Finding> checkSplitView(const Facts& facts);
std::vector<Finding> checkMissingUnlock(const Facts& facts);
std::vector<Finding> checkUnlockNotHeld(const Facts& facts);
std::vector<Finding> checkWaitWithoutLoop(const Facts& facts);
std::vector<Finding> checkWaitLock(const Facts& facts);
std::vector<Finding> checkLostSignal(const Facts& facts);
std::vector<Finding> checkTrylockIgnored(const Facts& facts);
std::vector<Finding> checkThreadHandles(const Facts& facts);
std::vector<Finding> checkLockLifetime(const Facts& facts);
std::vector<Finding> checkForkLocked(const Facts& facts);
std::vector<Finding> checkBlockingCall(const Facts& facts);

}  // namespace raddle::check
