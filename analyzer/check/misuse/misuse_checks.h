// The checks for misuse of locks, condition variables and threads: each is a function from facts to findings, one file
// a check. The table that runs them is in analyzer/check/checks.cpp.
#pragma once

#include <vector>

#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

using facts::Facts;

std::vector<Finding> checkUnlockNotHeld(const Facts& facts);
std::vector<Finding> checkWaitWithoutLoop(const Facts& facts);
std::vector<Finding> checkWaitLock(const Facts& facts);
std::vector<Finding> checkTrylockIgnored(const Facts& facts);
std::vector<Finding> checkThreadHandles(const Facts& facts);
std::vector<Finding> checkLockLifetime(const Facts& facts);
std::vector<Finding> checkBlockingCall(const Facts& facts);

}  // namespace raddle::check
