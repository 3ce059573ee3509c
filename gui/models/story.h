// Stacks as stories: the frames a person wants to read, without the runtime's at either end (lock wrappers where
// the wait happens, thread start-up where the thread begins).
#pragma once

#include <vector>

#include "core/model/finding.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

// Whether a function belongs to the C or C++ runtime: a lock wrapper, a thread's or the program's start-up.
bool isRuntime(const trace::Timeline& timeline, trace::FunctionId function);

// Outermost first. A stack that is nothing but runtime is given whole.
std::vector<FindingLocation> storyOf(const trace::Timeline& timeline, trace::StackId stack);

}  // namespace raddle::gui
