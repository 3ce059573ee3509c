// The style and the script of the HTML report.
#pragma once

#include <string_view>

namespace raddle {

extern const std::string_view kHtmlStyle;
extern const std::string_view kHtmlScript;

}  // namespace raddle
