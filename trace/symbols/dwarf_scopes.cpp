#include "trace/symbols/dwarf_scopes.h"

#include <dwarf.h>

#include <cstdlib>
#include <memory>

namespace raddle::trace {
namespace {

constexpr int kMostScopes = 128;  // nested

}  // namespace

bool isFunction(int tag) {
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

bool isBlock(int tag) {
    return tag == DW_TAG_lexical_block || tag == DW_TAG_try_block || tag == DW_TAG_catch_block;
}

bool findScopes(Dwarf_Die* parent, Dwarf_Addr address, std::vector<Dwarf_Die>* scopes) {
    Dwarf_Die child;
    if (scopes->size() > kMostScopes) return false;
    for (int more = dwarf_child(parent, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        const int tag = dwarf_tag(&child);
        if (tag == DW_TAG_namespace && findScopes(&child, address, scopes)) return true;
        if (!(isFunction(tag) || isBlock(tag)) || dwarf_haspc(&child, address) <= 0) continue;
        scopes->push_back(child);
        findScopes(&child, address, scopes);
        return true;
    }
    return false;
}

std::vector<Dwarf_Die> around(Dwarf_Die die) {
    Dwarf_Die* scopes = nullptr;
    const int count = dwarf_getscopes_die(&die, &scopes);
    const std::unique_ptr<Dwarf_Die, decltype(&std::free)> end(scopes, &std::free);
    return count > 0 ? std::vector<Dwarf_Die>(scopes, scopes + count) : std::vector<Dwarf_Die>();
}

bool isClass(Dwarf_Die* die) {
    const int tag = dwarf_tag(die);
    return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

std::string qualifiedName(const Dwarf_Die& type) {
    std::string name;
    for (Dwarf_Die& scope : around(type)) {
        const int tag = dwarf_tag(&scope);
        const char* part = dwarf_diename(&scope);
        if (tag == DW_TAG_compile_unit || isFunction(tag)) break;
        if (!part) {
            if (name.empty()) return "";
            continue;
        }
        name = name.empty() ? part : std::string(part) + "::" + name;
    }
    return name;
}

namespace {

bool isQualifier(int tag) {
    return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type || tag == DW_TAG_restrict_type ||
           tag == DW_TAG_atomic_type;
}

bool isPointer(int tag) {
    return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

// Follows the type of an entry, through so many pointers at most.
std::optional<Typed> follow(Dwarf_Die die, int most, bool arrays, int* pointers) {
    Typed found;
    *pointers = 0;
    for (int i = 0; i < kMostScopes; ++i) {
        Dwarf_Attribute attribute;
        Dwarf_Die type;
        if (!dwarf_formref_die(dwarf_attr_integrate(&die, DW_AT_type, &attribute), &type)) return std::nullopt;
        const int tag = dwarf_tag(&type);
        const bool isFollowed = isPointer(tag) && *pointers < most;
        if (tag == DW_TAG_typedef) {
            found.alias = dwarf_diename(&type) ? dwarf_diename(&type) : "";
        } else if (!isQualifier(tag) && !isFollowed && !(arrays && tag == DW_TAG_array_type)) {
            found.type = type;
            return found;
        }
        *pointers += isFollowed;
        die = type;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Typed> pointee(Dwarf_Die die) {
    int pointers;
    return follow(die, kMostScopes, true, &pointers);
}

std::optional<Typed> behindPointer(Dwarf_Die die) {
    int pointers;
    std::optional<Typed> found = follow(die, 1, false, &pointers);
    return pointers == 1 ? found : std::nullopt;
}

SourceLocation placeOf(Dwarf_Die* die, Dwarf_Die* unit) {
    int line = 0;
    const char* file = dwarf_decl_file(die);
    if (!file || dwarf_decl_line(die, &line) != 0) return {};
    Dwarf_Attribute attribute;
    const char* directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    const std::string path = file[0] == '/' || !directory ? file : std::string(directory) + "/" + file;
    return {path, static_cast<uint32_t>(line), 0};
}

}  // namespace raddle::trace
