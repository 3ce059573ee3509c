// Fingerprints of findings: stable names that baselines keep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace raddle {

// The FNV-1a hash of the rule and of what tells its findings apart (names, never line numbers), in hexadecimal.
std::string fingerprint(std::string_view rule, const std::vector<std::string>& parts);

}  // namespace raddle
