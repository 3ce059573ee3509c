// Tables of a part of a recording: what makeTables() makes of it, made of the events in the part only; and what they
// look like at a glance, where making them takes a while.
#pragma once

#include "gui/models/recording/recording.h"
#include "trace/timeline/parts.h"

namespace raddle::gui {

// `parts` is of the recording's timeline. Ends early, with anything, when `cancelled` becomes true.
Tables tablesOf(const Recording& recording, trace::Parts& parts, const Scope& scope,
                const std::atomic<bool>* cancelled = nullptr);

// Estimates from the events of some moments, `most` in all, that lie evenly spread over the scope's range: times and
// counts as if the rest were like them, the longest waits and holds of those moments, no percentiles. Nothing where all
// of the range has hardly more events. O(most).
std::optional<Tables> glanceAt(trace::Parts& parts, const Scope& scope, size_t most = 200'000);

}  // namespace raddle::gui
