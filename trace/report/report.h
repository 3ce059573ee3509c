// What `raddle report` prints of a recording: tables for people, and the versioned JSON of docs/report-json.md; its
// call trees as JSON.
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

// The call trees as JSON, for programs: docs/report-json.md.
std::string callTreesToJson(const Timeline& timeline);

}  // namespace raddle::trace
