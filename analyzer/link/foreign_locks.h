// Lock functions that the program calls and has no body of: a scan often sees a part of a program, whose wrappers of
// locks are elsewhere. A function is taken for one when its name says so (lock_names.h) and the program undoes what it
// would do: by a function of the opposite name, or on the same object in the same function. Its calls become acquires
// and releases of what they are given first. Linear in the program.
#pragma once

#include "analyzer/link/program.h"

namespace raddle::link {

void findForeignLocks(Program& program);

}  // namespace raddle::link
