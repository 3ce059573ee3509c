// Reads a recording (docs/trace-format.md) into a Timeline.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "core/support/result.h"
#include "trace/timeline.h"

namespace raddle::trace {

// How long work reports and is stopped. `progress` gets 0..1 now and then, from the calling thread; when
// `cancelled` becomes true the work ends soon with the error "cancelled".
struct ReadControl {
    std::function<void(double)> progress;
    const std::atomic<bool>* cancelled = nullptr;
};

// Fails when the file cannot be opened, is not a recording or has a version this reader does not know. A
// recording that was cut off is read as far as it goes: Timeline::complete, tornBytes and notes say so.
// Linear in the size of the file; symbols come from the modules' own symbol tables and debug info.
Result<Timeline> readRecording(const std::string& path, const ReadControl& control = {});

}  // namespace raddle::trace
