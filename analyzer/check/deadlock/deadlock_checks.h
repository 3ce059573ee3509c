// The checks for deadlocks and locks never released: each is a function from facts to findings, one file a check. The
// table that runs them is in analyzer/check/checks.cpp.
#pragma once

#include <vector>

#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

using facts::Facts;

std::vector<Finding> checkLockOrder(const Facts& facts);
std::vector<Finding> checkSelfDeadlock(const Facts& facts);
std::vector<Finding> checkWaitHolding(const Facts& facts);
std::vector<Finding> checkMissingUnlock(const Facts& facts);
std::vector<Finding> checkLostSignal(const Facts& facts);
std::vector<Finding> checkForkLocked(const Facts& facts);

}  // namespace raddle::check
