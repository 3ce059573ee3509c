// Reads the text form of CIR (print.h). Errors name `file`, line and column.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/ir/ir.h"
#include "core/support/result.h"

namespace raddle::ir {

Result<Unit> parse(std::string_view text, const std::string& file);

}  // namespace raddle::ir
