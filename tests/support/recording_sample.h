// A recording that has one of everything the format knows, as the seed of mutations.
#pragma once

#include "tests/support/recording_writer.h"
#include "trace/timeline/timeline.h"

namespace raddle::test {

RecordingWriter sampleRecording();

// What everything that works on timelines may rely on: ids are in range or invalid, stretches do not end
// before they begin, lists are sorted by begin. Says what is wrong, or nothing.
std::string whatIsUnsound(const trace::Timeline& timeline);

// Reads the bytes as a recording and writes both reports and one of the exports. False when the reader refused; throws
// when the timeline is unsound.
bool readAndReport(const std::string& bytes);

}  // namespace raddle::test
