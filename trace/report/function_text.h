// The tables of functions in the text report: from samples, by thread, and as a tree.
#pragma once

#include <string>

#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Empty for a recording with neither calls nor samples. What comes from samples says that it is estimated.
std::string functionTables(const Timeline& timeline);

}  // namespace raddle::trace
