// A report for people, in the style of compiler diagnostics: where and what, the source line, each thread's story,
// why it was not excluded; at the end what was found and what could not be seen. Not a stable interface.
#pragma once

#include <string>

#include "core/report/render.h"

namespace raddle {

std::string renderText(const Report& report, const RenderOptions& options);

// Its end alone.
std::string summaryText(const Report& report, const RenderOptions& options);

}  // namespace raddle
