// The cards of bars beside the answers: what the overview says of locks, functions and threads at one look. Each at
// most a few rows, costliest first.
#pragma once

#include <vector>

#include "gui/models/session/session.h"
#include "gui/views/widgets/bar_list.h"

namespace raddle::gui {

std::vector<BarRow> lockBars(const Session& session);             // by waiting
std::vector<BarRow> sampledFunctionBars(const Session& session);  // by time on the processor
// By time in their own calls, without their waiting, which is said beside it.
std::vector<BarRow> calledFunctionBars(const Session& session);
std::vector<BarRow> threadBars(const Session& session);  // what those that live longest do
// VTune's histogram of cores busy, in threads: how long none ran, one, two, …
std::vector<BarRow> concurrencyBars(const Session& session);

}  // namespace raddle::gui
