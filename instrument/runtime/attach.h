// Joining a process that runs already. The launcher's injector loads this library and calls raddle_attach; the calls of
// the program and its libraries are then led here by writing the hooks' addresses into the global offset tables, where
// the dynamic linker put those of the C library (System V ABI, AMD64 supplement, 5.2 "Dynamic Linking"). What the C
// library calls within itself is not seen. raddle_detach puts back what was there; the library stays loaded, because
// threads may be inside its functions.
#pragma once

#include <link.h>

#include "instrument/runtime/platform.h"

namespace raddle::rt {

// Whether calls are led here by patched tables.
bool isAttached();

// A module that was loaded since.
void patchModule(const dl_phdr_info* info);

}  // namespace raddle::rt
