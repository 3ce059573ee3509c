// A recording that has one of everything the format knows, as the seed of mutations.
#pragma once

#include "tests/support/recording_writer.h"

namespace raddle::test {

RecordingWriter sampleRecording();

// Reads the bytes as a recording and writes both reports; what the tests of broken input check is that this
// returns. False when the reader refused.
bool readAndReport(const std::string& bytes);

}  // namespace raddle::test
