// Naming: turns the raw tables of a draft into the timeline's functions, stacks and names, asking the modules
// for each distinct address once. What a module cannot name is written as its hexadecimal address there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/support/result.h"
#include "trace/file/read_control.h"
#include "trace/read/thread_track.h"
#include "trace/symbols/symbols.h"

namespace raddle::trace {

using OpenSymbols = std::function<std::unique_ptr<Symbolizer>(const std::string& path, const std::string& buildId)>;

// Calls and entries in `draft.timeline` name raw functions before and final ones after.
// "worker" for "worker(int)", "main::{lambda()#1}" for the lambda's call operator; empty where no scope of that is
// known, as of GCC's lambdas that were inlined: "operator" says nothing.
std::string routineName(const std::string& function);

Result<> nameAll(Draft& draft, const OpenSymbols& open, const ReadControl& control);

}  // namespace raddle::trace
