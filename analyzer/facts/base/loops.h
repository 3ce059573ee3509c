// Which code is run repeatedly, and what comes after what in one round.
#pragma once

#include <vector>

#include "analyzer/ir/ir.h"

namespace raddle::facts {

// By block: whether it can be reached from itself.
std::vector<bool> blocksInLoops(const ir::Function& function);

// Whether a block can be reached from an earlier one without another round of a loop; from itself, it is.
bool reachesInOneRound(const ir::Function& function, ir::BlockId from, ir::BlockId to);

}  // namespace raddle::facts
