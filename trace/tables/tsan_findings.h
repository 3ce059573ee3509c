// ThreadSanitizer's reports in a recording, as findings. Linear in the reports and the holds of their threads.
#pragma once

#include <string>
#include <vector>

#include "core/model/finding.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// A finding for each, the same one once; what no rule is about is added to `notes`. Which locks a thread held when
// it reported is what its recorded holds say; a lock of the report that it did not hold, the other one did.
std::vector<Finding> tsanFindings(const Timeline& timeline, std::vector<std::string>& notes);

}  // namespace raddle::trace
