// Addresses of functions that an executable or library does not export, from the symbol table of its file: a
// statically linked sanitizer keeps its own to itself. Maps the file once; linear in its symbols. Takes locks of
// the loader: for use while recording begins, not later.
#pragma once

#include <link.h>

#include "instrument/runtime/base/platform.h"

namespace raddle::rt {

// The dynamic section of a loaded module, as addresses.
struct Dynamic {
    const ElfW(Sym) * symbols = nullptr;
    const char* strings = nullptr;
    const ElfW(Rela) * tables[2] = {};
    size_t counts[2] = {};
    const uint32_t* gnuHash = nullptr;
    const uint32_t* hash = nullptr;
};
Dynamic readDynamic(const dl_phdr_info* info);

// Whether an address is in what is loaded of a module.
bool isIn(const dl_phdr_info* info, const void* address);

// For each of `names` the first function of that name that a module other than this library exports, in the order
// of loading, or null. Unlike dlsym it allocates nothing when there is none: recording may begin at the first lock
// of an allocator.
void findExported(const char* const* names, void** addresses, size_t count);

// For each of `names` the address it has in this process, or null when the module that contains the code
// at `inside` has no such symbol (it may be stripped). What is exported is found without reading the file.
void findInModuleOf(const void* inside, const char* const* names, void** addresses, size_t count);

// Whether the file of the module that contains the code at `inside` has a section of that name.
bool hasSection(const void* inside, const char* name);

}  // namespace raddle::rt
