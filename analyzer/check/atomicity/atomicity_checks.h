// The checks for broken atomicity: each is a function from facts to findings, one file a check. The table that runs
// them is in analyzer/check/checks.cpp.
#pragma once

#include <vector>

#include "analyzer/check/base/workings.h"
#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

using facts::Facts;

std::vector<Finding> checkLockSplit(const Facts& facts, Workings& workings);
std::vector<Finding> checkAtomicLoadStore(const Facts& facts, Workings& workings);
std::vector<Finding> checkAtomicReread(const Facts& facts, Workings& workings);
std::vector<Finding> checkSplitView(const Facts& facts, Workings& workings);

}  // namespace raddle::check
