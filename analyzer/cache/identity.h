// What a unit depends on besides its command and its files: the program that made it and the environment that Clang
// looks at.
#pragma once

#include <string>

namespace raddle::cache {

// Build ids of this program and of Clang's libraries, and the variables of the environment that change what a command
// means. The same string: the same input gives the same unit.
std::string toolIdentity();

}  // namespace raddle::cache
