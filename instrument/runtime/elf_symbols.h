// Addresses of functions that an executable or library does not export, from the symbol table of its file: a
// statically linked sanitizer keeps its own to itself. Maps the file once; linear in its symbols. Takes locks of
// the loader: for use while recording begins, not later.
#pragma once

#include "instrument/runtime/platform.h"

namespace raddle::rt {

// For each of `names` the address it has in this process, or null when the module that contains the code
// at `inside` has no such symbol (it may be stripped). What is exported is found without reading the file.
void findInModuleOf(const void* inside, const char* const* names, void** addresses, size_t count);

// Whether the file of the module that contains the code at `inside` has a section of that name.
bool hasSection(const void* inside, const char* name);

}  // namespace raddle::rt
