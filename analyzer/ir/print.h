// CIR as text, for people (`raddle ir`) and for tests. parse.h reads it back: parse(print(unit)) prints the same.
#pragma once

#include <string>

#include "analyzer/ir/ir.h"

namespace raddle::ir {

std::string print(const Unit& unit);
std::string print(const Unit& unit, const Function& function);

// A place as a person would write it in C: "q->lock", "table[i].count", "*p". Works within `function`.
std::string describe(const Names& names, const std::vector<Global>& globals, const Function* function,
                     const Place& place);

}  // namespace raddle::ir
