// What `raddle report` prints of a recording: tables for people, and the versioned JSON of docs/report-json.md; its
// call trees as JSON and as folded stacks.
#pragma once

#include <string>

#include "trace/analysis/analysis.h"
#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

inline constexpr int kSummaryJsonVersion = 1;

// Both begin with the answers.
std::string toText(const Timeline& timeline, const Summary& summary, const Analysis& analysis);
std::string toJson(const Timeline& timeline, const Summary& summary, const Analysis& analysis);

// Lines of `thread;outermost;…;innermost nanoseconds` for flamegraph.pl, inferno, speedscope and the like; threads of
// one name are one; what lies deeper than 500 calls is time of the 500th. From calls where a recording has them, else
// from samples.
std::string toFolded(const Timeline& timeline);

// The call trees as JSON, for programs: docs/report-json.md.
std::string callTreesToJson(const Timeline& timeline);

}  // namespace raddle::trace
