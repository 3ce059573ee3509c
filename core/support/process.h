// Runs another program to its end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/support/result.h"

namespace raddle {

// What `command` (found on PATH, no shell) writes to standard output, given `input`. A status other than 0 is an Error
// with the first line of what it says on standard error.
Result<std::string> runProgram(const std::vector<std::string>& command, std::string_view input = {});

}  // namespace raddle
