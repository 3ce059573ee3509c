// Tables of a part of a recording: what makeTables() makes of it, made of the events in the part only.
#pragma once

#include "gui/models/recording/recording.h"
#include "trace/timeline/parts.h"

namespace raddle::gui {

// `parts` is of the recording's timeline.
Tables tablesOf(const Recording& recording, trace::Parts& parts, const Scope& scope);

}  // namespace raddle::gui
