// Lock functions that lock only when some condition holds: when the program has threads, when the object is shared,
// when locking is configured. A program that goes on without the lock then knows that it needs none, so the function is
// taken to lock always. Only in functions that a name makes lock functions (lock_names.h), and only around ways that do
// nothing else. Linear in the program.
#pragma once

#include "analyzer/link/program.h"

namespace raddle::link {

void takeOptionalLocks(Program& program);

}  // namespace raddle::link
