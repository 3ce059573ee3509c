// From a linked program to its facts: what pointers can point to, then abstract interpretation of each function once
// per context it is called in, then what only the whole tells: which threads are many, which objects escape, which
// flags order anything. The first two are what it costs; see points_to.h and interpreter.h.
#pragma once

#include <functional>
#include <string_view>

#include "analyzer/facts/base/facts.h"

namespace raddle::facts {

// `stage` is told the name of each stage as it begins. Where threads run tasks that others put into queues, the program
// is changed so that tasks are threads of their own (tasks.h), and worked out anew.
Facts computeFacts(link::Program& program, const std::function<void(std::string_view)>& stage = {});

}  // namespace raddle::facts
