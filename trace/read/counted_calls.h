// Calls that were counted, not written, to keep the recorder within its budget: adds them to their threads, with times
// estimated from those that were timed. O(rows).
#pragma once

#include "trace/file/recording_file.h"
#include "trace/read/thread_track.h"

namespace raddle::trace {

// Before functions are named.
void addCallCounts(RecordingFile& file, Draft& draft);

}  // namespace raddle::trace
