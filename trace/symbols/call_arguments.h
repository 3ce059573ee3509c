// What was passed to a call, by the debug info of the code that made it: its entry for the call says how the argument
// was computed (DW_TAG_call_site_parameter, which compilers write for optimised code), and the variables there say what
// the registers in that stand for. `rbx + 40`, where rbx is `Queue *q`, is the member `mu` of `Queue`. Needs no source.
#pragma once

#include <elfutils/libdw.h>

#include "trace/symbols/symbols.h"

namespace raddle::trace {

// `argument`: its number as the machine has it, `this` the first. `returnAddress` is the unit's.
Declared argumentOf(Dwarf_Die* unit, Dwarf_Addr returnAddress, int argument);

}  // namespace raddle::trace
