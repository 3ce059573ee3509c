// Ways through one function: which op comes before which. Linear in the function's blocks for each question.
#pragma once

#include "analyzer/facts/base/facts.h"

namespace raddle::check {

// Whether every way from the function's entry to `op` passes `first`. Both are of one function.
bool alwaysBefore(const facts::Facts& facts, facts::OpId first, facts::OpId op);

// Whether some way leads from after `first` to `op`. Both are of one function.
bool mayFollow(const facts::Facts& facts, facts::OpId first, facts::OpId op);

// Whether some way does that without coming back to the header of a loop.
bool inOneRound(const facts::Facts& facts, facts::OpId first, facts::OpId op);

}  // namespace raddle::check
