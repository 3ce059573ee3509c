// Functions that only return what they have just allocated, as most programs in C have around malloc. All that such a
// program allocates would be one object, of the one allocation there is: so each call of such a function is made an
// allocation of its own, and what it returned is not looked at. Told by what they do: what is returned comes from an
// allocation, a call of another such function or of a pointer that is called an allocator; nothing else is given it,
// and nothing is stored in it but what is not followed (zeros). Linear in the program for each level of such functions.
#pragma once

#include "analyzer/link/program.h"

namespace raddle::link {

void allocateAtCalls(Program& program);

}  // namespace raddle::link
