// Records a process that runs already: loads the recorder into it, waits, and makes it stop recording. The process
// goes on; while the recorder is loaded and taken off, one of its threads stands still for some milliseconds.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "instrument/launch/record.h"

namespace raddle::launch {

// Until the process ends, `durationMs` have passed (0: no limit), or SIGINT or SIGTERM comes. Returns 0; an Error when
// the process cannot be recorded.
Result<int> attachAndRecord(pid_t pid, uint64_t durationMs, const RecordOptions& options);

}  // namespace raddle::launch
