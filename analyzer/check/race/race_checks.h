// The checks for data races: each is a function from facts to findings, one file a check. The table that runs them
// is in analyzer/check/checks.cpp.
#pragma once

#include <vector>

#include "analyzer/check/base/workings.h"
#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"

namespace raddle::check {

using facts::Facts;

std::vector<Finding> checkRaces(const Facts& facts, Workings& workings);
std::vector<Finding> checkAnnotatedGuards(const Facts& facts);

}  // namespace raddle::check
