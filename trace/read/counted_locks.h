// What is known of locks whose acquisitions were counted, not written, to keep the recorder within its budget: adds
// the counts to the locks, estimates their holds from those that were written, and finds out from when on those were
// held that only their release tells of. Linear but for sorting.
#pragma once

#include "trace/file/recording_file.h"
#include "trace/read/thread_track.h"

namespace raddle::trace {

void addLockCounts(RecordingFile& file, Draft& draft);

// A hold of which only the release was written, because others waited for it (Hold::beginUnknown), began after the
// release before it and made the others wait since: from the later of that release and the first of their waits.
void placeBegins(Timeline& timeline);

}  // namespace raddle::trace
