// Lock functions that the program calls and has no body of: a scan often sees a part of a program, whose wrappers of
// locks are elsewhere. A function is taken for one when its name says so (its last word is "lock" or "unlock") and
// some function of the program undoes on the same object what it would do. Its calls become acquires and releases.
// Linear in the program.
#pragma once

#include "analyzer/link/program.h"

namespace raddle::link {

void findForeignLocks(Program& program);

}  // namespace raddle::link
