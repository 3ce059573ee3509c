// What the users of a library call. A program without main is analysed as if other code called all that is public, at
// any time and from any thread; a configuration that names its entry points says that no other function is called so.
#pragma once

#include <string>
#include <vector>

#include "analyzer/link/program.h"

namespace raddle::scan {

// Leaves only functions that a pattern of `entryPoints` names public, if there is any. Returns what the report is to
// say: patterns that name nothing, or that the program has a main and so no such entry points. Cost: one match for each
// pattern and function.
std::vector<std::string> limitEntryPoints(link::Program& program, const std::vector<std::string>& entryPoints);

}  // namespace raddle::scan
