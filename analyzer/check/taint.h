// Which earlier reads a value or a decision rests on, within one function: what the atomicity checks ask. A forward
// data-flow analysis over the function's blocks, through variables and control dependence.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "analyzer/facts/facts.h"

namespace raddle::check {

// A read that a value may come from: an op of the function.
using Reads = std::set<facts::OpId>;

struct Dependences {
    // For each store-like op (store, call argument): the reads its value comes from …
    std::map<facts::OpId, Reads> data;
    // … and those a branch it stands under has looked at.
    std::map<facts::OpId, Reads> control;
};

// Reads are load ops, and call ops whose result is used.
Dependences dependences(const facts::Facts& facts, facts::FunctionIndex function);

}  // namespace raddle::check
