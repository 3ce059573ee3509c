// Accesses through pointers of which only the type is known (pointers/unknown_objects.h) meet those to globals and
// parts of records of that type.
#pragma once

#include "analyzer/facts/base/facts.h"

namespace raddle::facts {

// Adds each access to a global, or to a record in a record, once more as one to any object of the type, for the types
// that unknown pointers are known to be of (Access::byType). Linear in the accesses.
void addAccessesByType(Facts& facts);

}  // namespace raddle::facts
