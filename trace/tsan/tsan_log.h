// Reads what ThreadSanitizer of Clang or GCC printed: a log as TSAN_OPTIONS=log_path writes it, or any output that
// has reports in it, each line perhaps behind the same prefix (as ctest and CI systems put there). One pass, linear;
// what is not a report is skipped, what is cut off is taken as far as it goes.
#pragma once

#include <string_view>
#include <vector>

#include "trace/tsan/tsan_report.h"

namespace raddle::tsan {

std::vector<TsanReport> readTsanLog(std::string_view text);

}  // namespace raddle::tsan
