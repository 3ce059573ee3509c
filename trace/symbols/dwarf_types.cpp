#include "trace/symbols/dwarf_types.h"

#include <dwarf.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

namespace raddle::trace {
namespace {

constexpr int kMostSteps = 16;

// Members whose names are reserved belong to the library's own insides; people know the type, not these.
bool isReserved(std::string_view name) {
    return name.starts_with("__") || (name.size() > 1 && name[0] == '_' && name[1] >= 'A' && name[1] <= 'Z');
}

uint64_t sizeOf(Dwarf_Die* type) {
    Dwarf_Word size = 0;
    return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

bool memberAt(Dwarf_Die* type, uint64_t offset, Dwarf_Die* found, uint64_t* foundAt) {
    Dwarf_Die child;
    for (int more = dwarf_child(type, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        if (tag != DW_TAG_member && tag != DW_TAG_inheritance) continue;
        Dwarf_Attribute attribute;
        Dwarf_Word at = 0;
        Dwarf_Die memberType;
        if (dwarf_attr(&child, DW_AT_external, &attribute) || !typeOf(&child, &memberType)) continue;
        dwarf_formudata(dwarf_attr(&child, DW_AT_data_member_location, &attribute), &at);
        if (offset < at || offset - at >= std::max<uint64_t>(sizeOf(&memberType), 1)) continue;
        *found = child;
        *foundAt = at;
        return true;
    }
    return false;
}

// The number of elements in each dimension; 0 where it is not known.
std::vector<uint64_t> dimensions(Dwarf_Die* array) {
    std::vector<uint64_t> counts;
    Dwarf_Die child;
    for (int more = dwarf_child(array, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        if (dwarf_tag(&child) != DW_TAG_subrange_type) continue;
        Dwarf_Attribute attribute;
        Dwarf_Word count = 0, last = 0;
        if (dwarf_formudata(dwarf_attr(&child, DW_AT_count, &attribute), &count) != 0 &&
            dwarf_formudata(dwarf_attr(&child, DW_AT_upper_bound, &attribute), &last) == 0)
            count = last + 1;
        counts.push_back(count);
    }
    return counts;
}

bool stepIntoArray(Dwarf_Die* type, uint64_t* offset, std::string* way) {
    Dwarf_Die element;
    uint64_t size = typeOf(type, &element) ? sizeOf(&element) : 0;
    if (size == 0) return false;
    uint64_t index = *offset / size;
    std::string text;
    std::vector<uint64_t> counts = dimensions(type);
    for (size_t i = counts.size(); i-- > 1;) {
        if (counts[i] == 0) return false;
        text = "[" + std::to_string(index % counts[i]) + "]" + text;
        index /= counts[i];
    }
    *way += "[" + std::to_string(index) + "]" + text;
    *offset %= size;
    *type = element;
    return true;
}

// One step into `type`: appends to `way`, makes `type` and `offset` those of what was stepped into, and `named` the
// member, if it is one with a name.
bool step(Dwarf_Die* type, uint64_t* offset, std::string* way, Dwarf_Die* named) {
    int tag = dwarf_tag(type);
    if (tag == DW_TAG_array_type) return stepIntoArray(type, offset, way);
    if (tag != DW_TAG_structure_type && tag != DW_TAG_class_type) return false;
    Dwarf_Die member, memberType;
    uint64_t at = 0;
    if (!memberAt(type, *offset, &member, &at) || !typeOf(&member, &memberType)) return false;
    const char* name = dwarf_diename(&member);
    if (dwarf_tag(&member) == DW_TAG_member && name) {
        if (isReserved(name)) return false;
        *way += "." + std::string(name);
        *named = member;
    }
    *offset -= at;
    *type = memberType;
    return true;
}

}  // namespace

bool typeOf(Dwarf_Die* die, Dwarf_Die* type) {
    Dwarf_Attribute attribute;
    Dwarf_Die raw;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &raw) &&
           dwarf_peel_type(&raw, type) == 0;
}

std::vector<Dwarf_Die> membersOnWay(Dwarf_Die type, uint64_t offset) {
    std::vector<Dwarf_Die> members;
    std::string way;
    Dwarf_Die member{};
    for (int i = 0; i < kMostSteps && step(&type, &offset, &way, &member); ++i) {
        if (member.addr) members.push_back(member);
        member = {};
    }
    return members;
}

std::string wayIntoType(Dwarf_Die type, uint64_t offset) {
    std::string way;
    Dwarf_Die named;
    // A base class at offset 0 adds no name, so stepping goes on until nothing is left to say.
    for (int i = 0; i < kMostSteps && step(&type, &offset, &way, &named); ++i) {
    }
    char rest[32] = "";
    int tag = dwarf_tag(&type);
    bool isAggregate = tag == DW_TAG_structure_type || tag == DW_TAG_class_type;
    if (offset > 0 && !isAggregate)
        std::snprintf(rest, sizeof rest, "+0x%llx", static_cast<unsigned long long>(offset));
    return way + rest;
}

}  // namespace raddle::trace
