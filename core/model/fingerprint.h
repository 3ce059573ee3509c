// Fingerprints of findings: stable names that baselines keep. They hold no line numbers and no files, so that they
// survive edits elsewhere in a file, reformatting, renamed files and functions that moved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/finding.h"

namespace raddle {

// The FNV-1a hash of the rule and of what tells its findings apart, in hexadecimal: names, of which the lines that
// raddle puts into those of lambdas and allocations are left out.
std::string fingerprint(std::string_view rule, const std::vector<std::string>& parts);

// Findings of the same fingerprint are one, of which the first stays, unless they are in different files or of
// different lambdas or allocations. Then the second and later, in order of place, get fingerprints of their own.
void makeDistinct(std::vector<Finding>& findings);

}  // namespace raddle
