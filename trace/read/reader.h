// Reads a recording (docs/trace-format.md) into a Timeline.
#pragma once

#include <string>

#include "core/support/result.h"
#include "trace/file/read_control.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Fails when the file cannot be opened, is not a recording or has a version this reader does not know. A
// recording that was cut off is read as far as it goes: Timeline::complete, tornBytes and notes say so.
// Linear in the size of the file; symbols come from the modules' own symbol tables and debug info.
Result<Timeline> readRecording(const std::string& path, const ReadControl& control = {});

}  // namespace raddle::trace
