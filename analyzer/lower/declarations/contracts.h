// What the source says of its locks in Clang's thread-safety attributes (capabilities), as contracts of the unit.
#pragma once

#include "analyzer/lower/declarations/unit_context.h"

namespace raddle::lower {

// Adds the contracts that a declaration's attributes make. A lock named in a way that is more than a member of the same
// object, an argument, a member of an argument or a global is left out.
void addContracts(UnitContext& context, const clang::Decl* declaration);

}  // namespace raddle::lower
