// Entries of debug info and what is around them: the functions and blocks around an address, the classes and namespaces
// around an entry, where it was declared. Each reads one unit, in time linear in what it looks at.
#pragma once

#include <elfutils/libdw.h>

#include <optional>
#include <string>
#include <vector>

#include "core/model/source_location.h"

namespace raddle::trace {

bool isFunction(int tag);
bool isBlock(int tag);
bool isClass(Dwarf_Die* die);

// The functions (inlined ones, too) and blocks around an address of the unit, outermost first.
bool findScopes(Dwarf_Die* parent, Dwarf_Addr address, std::vector<Dwarf_Die>* scopes);

// What is around an entry, innermost first, itself included.
std::vector<Dwarf_Die> around(Dwarf_Die die);

// With its namespaces and classes; empty when it has no name.
std::string qualifiedName(const Dwarf_Die& type);

struct Typed {
    Dwarf_Die type;
    std::string alias;  // of a type without a name: `typedef struct {…} queue;`
};

// The type of an entry, through typedefs, qualifiers, pointers and references.
std::optional<Typed> pointee(Dwarf_Die die);

// The same, but what is behind one pointer or reference only.
std::optional<Typed> behindPointer(Dwarf_Die die);

SourceLocation placeOf(Dwarf_Die* die, Dwarf_Die* unit);

}  // namespace raddle::trace
