// Leading the calls of a process that runs already to the hooks: their addresses are written into the global offset
// tables of the program and its libraries, where the dynamic linker put those of the C library (System V ABI, AMD64
// supplement, 5.2 "Dynamic Linking"). What the C library calls within itself is not seen.
#pragma once

#include <link.h>

#include "instrument/runtime/base/platform.h"

namespace raddle::rt {

// Patches the tables of all modules.
void leadCallsHere();

// Puts back what was there; false when nothing was patched.
bool putCallsBack();

// Whether calls are led here by patched tables.
bool isAttached();

// A module that was loaded since.
void patchModule(const dl_phdr_info* info);

}  // namespace raddle::rt
