// Callers and callees from samples: of a program without instrumented calls, whose stacks say as much. Estimates.
#pragma once

#include "gui/models/recording/function_stats.h"

namespace raddle::gui {

// Of samples taken in [beginNs, endNs): with which functions next to `function` on the stack, for how long.
// `Neighbour::calls` counts samples; a stack counts once for each neighbour, however often the function is on it.
// O(samples + stacks × depth).
Neighbours sampledNeighboursOf(const trace::Timeline& timeline, trace::FunctionId function, int64_t beginNs,
                               int64_t endNs);

}  // namespace raddle::gui
