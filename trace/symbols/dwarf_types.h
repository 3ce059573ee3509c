// Steps through DWARF types: from a variable's type to the member at an offset in it.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <string>
#include <vector>

namespace raddle::trace {

// The type of a variable, member or array, without typedefs and qualifiers. False when it is not given.
bool typeOf(Dwarf_Die* die, Dwarf_Die* type);

// `.queue[3].mutex_` for what is at `offset` in a variable of that type. Stops at members with reserved
// names, which are the library's insides. What it cannot name is the offset: `+0x28`.
std::string wayIntoType(Dwarf_Die type, uint64_t offset);

// The members with names on that way, outermost first.
std::vector<Dwarf_Die> membersOnWay(Dwarf_Die type, uint64_t offset);

}  // namespace raddle::trace
