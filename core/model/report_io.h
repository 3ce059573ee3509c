// Report as JSON: the versioned form that scripts and the viewer read. docs/life-of-a-finding.md shows it.
#pragma once

#include <string>

#include "core/model/report.h"
#include "core/support/result.h"

namespace raddle {

// Keys in a fixed order, two-space indent, a final newline.
std::string saveReport(const Report& report);

// Reads what saveReport wrote. Unknown keys are ignored; another version, broken JSON or a wrong type is an
// error that names `file` and, for a syntax error, line and column.
Result<Report> loadReport(const std::string& text, const std::string& file);

}  // namespace raddle
