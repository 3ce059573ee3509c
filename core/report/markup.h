// Text in XML and HTML, and what several forms of a report say in the same words.
#pragma once

#include <string>
#include <string_view>

#include "core/model/finding.h"

namespace raddle {

// For content and for attributes in double quotes. What XML 1.0 cannot hold, and what is no UTF-8, is replaced.
std::string escapedMarkup(std::string_view text);

// "thread T1: worker, holds `mu`".
std::string threadTitle(const FindingThread& thread);

}  // namespace raddle
