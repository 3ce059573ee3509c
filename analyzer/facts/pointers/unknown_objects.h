// Objects that come from functions the program has no body of. A function that says it makes something returns a new
// object; another one that returns a pointer to a record returns any object of that type: the same for all callers,
// and perhaps a global of the program or a part of a larger record. What is read off names and types is a guess, but
// one that only code without a body is subject to. Constant cost a call.
#pragma once

#include "analyzer/facts/pointers/places.h"

namespace raddle::facts {

// What a call to a function without a body returns the address of; invalid when nothing can be said.
ObjectId objectFromUnknown(Places& places, const Ops& ops, OpId call);

}  // namespace raddle::facts
