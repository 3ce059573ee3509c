// Recordings of any size with a realistic shape: what generateTimeline simulates, written as the recorder would.
//
//     writeFile(path, recordingOf(generateTimeline(sized(10'000'000))));   // about 10 M events in the file
//
// The program `generate_recording FILE EVENTS [WORKERS [LOCKS]]` (built with the tests) does just that, for trying the
// commands and the viewer on something large. Functions have no names (no module is there to ask): addresses stand for
// them. In memory: some 100 bytes an event.
#pragma once

#include <string>

#include "tests/support/timeline_generator.h"
#include "trace/timeline/timeline.h"

namespace raddle::test {

// Options for a recording of about so many events (in the file; a wait, hold or call is two).
GeneratorOptions sized(uint64_t events, uint32_t workers = 6, uint32_t locks = 5);

// The file's bytes. Of waits those for locks, conditions and joins are written, with holds and calls; a condition wait
// takes its mutex before and gives it back after.
std::string recordingOf(const trace::Timeline& timeline);

}  // namespace raddle::test
