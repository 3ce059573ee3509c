// Who ended the waits for condition variables, semaphores, barriers, futexes and onces, and where it signalled, posted
// or arrived. A pure function of the timeline, linear in its waits.
#pragma once

#include <vector>

#include "trace/tables/summary.h"

namespace raddle::trace {

// Fills ObjectRow::wokenBy of rows in order of object id, from the parts of waits in [beginNs, endNs).
void addWakers(const Timeline& timeline, int64_t beginNs, int64_t endNs, std::vector<ObjectRow>& rows);

}  // namespace raddle::trace
