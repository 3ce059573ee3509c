// Objects that come from functions the program has no body of. A function that says it makes something returns a new
// object; another one that returns a pointer to a record returns any object of that type: the same for all callers,
// and perhaps a global of the program or a part of a larger record. What is read off names and types is a guess, but
// one that only code without a body is subject to. Constant cost a call; relocation is linear in the accesses.
#pragma once

#include <string>

#include "analyzer/facts/facts.h"

namespace raddle::facts {

// Whether a type's name is that of a class or struct of the program or of a library other than the standard one.
bool isRecordName(const std::string& type);

// What a call to a function without a body returns the address of; invalid when nothing can be said.
ObjectId objectFromUnknown(Places& places, const Ops& ops, OpId call);

// Adds each access to a global, or to a record in a record, once more as one to any object of the type, for the types
// that unknown pointers are known to be of (Access::byType).
void addAccessesByType(Facts& facts);

}  // namespace raddle::facts
