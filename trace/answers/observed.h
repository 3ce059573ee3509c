// What a recording proves or predicts, as findings beside those of the scanner: threads that wait for each other when
// it ends, and locks that threads took in opposite orders although nothing came of it this time.
#pragma once

#include <vector>

#include "core/model/finding.h"
#include "trace/analysis/lock_order.h"
#include "trace/tables/deadlocks.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

bool isOfLocks(const Deadlock& circle);  // no thread of it joins another

// In the order of the circles, one for each that is of locks only.
std::vector<Finding> deadlockFindings(const Timeline& timeline, const std::vector<Deadlock>& deadlocks);

// One for each, in their order.
std::vector<Finding> inversionFindings(const Timeline& timeline, const std::vector<Inversion>& inversions);

}  // namespace raddle::trace
