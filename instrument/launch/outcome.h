// What recording a command and recording a process have in common: the limits that the options stand for, and the line
// that says what was recorded.
#pragma once

#include <string>

#include "instrument/launch/record.h"
#include "instrument/launch/recording_file.h"

namespace raddle::launch {

Limits limitsOf(const RecordOptions& options);

// One line on standard error.
void summarise(const RecordingFile::Counts& counts, const std::string& path);

}  // namespace raddle::launch
