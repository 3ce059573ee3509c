// Where findings are, for those who decide about them.
#pragma once

#include <vector>

#include "core/model/finding.h"

namespace raddle::triage {

// Where the finding is shown, and where its threads' stories end.
std::vector<SourceLocation> placesOf(const Finding& finding);

}  // namespace raddle::triage
