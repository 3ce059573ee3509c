// All checks, run from one table (checks.cpp) over the facts. The checks themselves stand in the folders beside this
// file, one file a check; docs/adding-a-check.md tells how to add one.
#pragma once

#include <vector>

#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

using facts::Facts;

// The findings of all checks, without repetitions, most certain and most severe first.
std::vector<Finding> runChecks(const Facts& facts);

}  // namespace raddle::check
