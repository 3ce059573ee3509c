// A few lines of C or C++ as HTML.
#pragma once

#include <string>

#include "core/report/sources.h"

namespace raddle {

// The lines around a place, its own marked; empty when the file cannot be read. Comments, strings and keywords are set
// apart as far as one line at a time tells.
std::string excerptMarkup(Sources& sources, const SourceLocation& at);

}  // namespace raddle
