// Which code is run repeatedly.
#pragma once

#include <vector>

#include "analyzer/ir/ir.h"

namespace raddle::facts {

// By block: whether it can be reached from itself.
std::vector<bool> blocksInLoops(const ir::Function& function);

}  // namespace raddle::facts
