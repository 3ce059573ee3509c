// Merging findings of several sources (the scanner, ThreadSanitizer, a recording): those that name the same code
// are one, with the evidence of the surer one.
#pragma once

#include "core/model/report.h"

namespace raddle {

// Two findings name the same code when their property is the same and each of the first two places of one is
// among the places and innermost steps of the other. Files are the same when one path is the end of the other: builds
// of one project may have been made in different folders.
bool namesSameCode(const Finding& a, const Finding& b);

// Adds `from` to `into`. Where both have a finding, that of `into` stays (its message, places and fingerprint, which
// baselines know) and gets the evidence and the reasons of the other. Quadratic in findings of one property.
void mergeFindings(std::vector<Finding>& into, const std::vector<Finding>& from);

}  // namespace raddle
