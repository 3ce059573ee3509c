// A report as one HTML page that needs nothing else: no network, no other file. Both threads' stories stand side by
// side with the source around each step; filters by rule, evidence and file; light and dark. Cost: linear in what is
// written.
#pragma once

#include <string>

#include "core/report/render.h"

namespace raddle {

std::string renderHtml(const Report& report, const RenderOptions& options);

}  // namespace raddle
