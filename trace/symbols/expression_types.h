// What an expression of a source line stands for, by the debug info of the function that the line is in: `q->mu` is the
// member `mu` of `Queue`, `mutex` is the second parameter. Follows members, pointers, references, arrays, base classes,
// captures of lambdas and the first type argument of templates (smart pointers, containers). A question reads the debug
// info of one unit, in time linear in it.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "trace/symbols/symbols.h"

namespace raddle::trace {

// `level` counts the functions around the address from the innermost inlined one; addresses are those of the unit.
Declared declarationOf(Dwarf_Die* unit, Dwarf_Addr address, size_t level, std::string_view expression);

}  // namespace raddle::trace
