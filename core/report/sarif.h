// A report as SARIF 2.1.0, for code scanning services: one result a finding, one thread flow a thread, files named
// relative to `root`. Keeps within 5,000 results and 1,000 places a flow, and says so when something is left out.
#pragma once

#include <string>

#include "core/report/render.h"

namespace raddle {

std::string renderSarif(const Report& report, const RenderOptions& options);

}  // namespace raddle
