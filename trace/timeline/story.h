// Stacks as stories: the frames a person wants to read, without the runtime's at either end (lock wrappers where the
// wait happens, thread start-up where the thread begins). Linear in the frames.
#pragma once

#include <vector>

#include "core/model/finding.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// Whether a function belongs to the C or C++ runtime: a lock wrapper, a thread's or the program's start-up.
bool isRuntime(const Timeline& timeline, FunctionId function);

// Outermost first. A stack that is nothing but runtime is given whole.
std::vector<FindingLocation> storyOf(const Timeline& timeline, StackId stack);

}  // namespace raddle::trace
