#include "trace/symbols/debug_info.h"

#include <cxxabi.h>
#include <dwarf.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "trace/symbols/call_arguments.h"
#include "trace/symbols/dwarf_types.h"
#include "trace/symbols/expression_types.h"

namespace raddle::trace {
namespace {

constexpr int kMostScopes = 128;  // nested

SourceLocation location(const char* file, Dwarf_Die* unit, int line, int column) {
    if (!file || !*file) return {};
    std::filesystem::path path(file);
    Dwarf_Attribute attribute;
    const char* directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    if (path.is_relative() && directory) path = std::filesystem::path(directory) / path;
    return {path.lexically_normal().string(), line > 0 ? static_cast<uint32_t>(line) : 0,
            column > 0 ? static_cast<uint32_t>(column) : 0};
}

// The linkage name says the scopes, the plain one does not; but newer compilers write some, as of templates with
// constraints, in a way that the library cannot read.
std::string functionName(Dwarf_Die* die) {
    Dwarf_Attribute attribute;
    const char* plain = dwarf_diename(die);
    for (unsigned name : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}})
        if (const char* text = dwarf_formstring(dwarf_attr_integrate(die, name, &attribute)))
            if (std::string readable = demangle(text); !plain || !readable.starts_with("_Z")) return readable;
    return plain ? demangle(plain) : "";
}

SourceLocation callSite(Dwarf_Die* inlined, Dwarf_Die* unit) {
    Dwarf_Attribute attribute;
    Dwarf_Word file = 0, line = 0;
    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file);
    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line);
    Dwarf_Files* files;
    size_t count;
    if (dwarf_getsrcfiles(unit, &files, &count) != 0 || file >= count) return {};
    return location(dwarf_filesrc(files, file, nullptr, nullptr), unit, static_cast<int>(line), 0);
}

SourceLocation declaration(Dwarf_Die* die, Dwarf_Die* unit) {
    int line = 0;
    const char* file = dwarf_decl_file(die);
    if (dwarf_decl_line(die, &line) != 0) line = 0;
    return location(file, unit, line, 0);
}

bool isScope(int tag) {
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_try_block || tag == DW_TAG_catch_block;
}

// Appends the inlined calls around an address, outermost first; true when its function was found. (libdw's
// dwarf_getscopes does not look into namespaces.)
bool findInlined(Dwarf_Die* parent, Dwarf_Addr address, int depth, std::vector<Dwarf_Die>* inlined) {
    Dwarf_Die child;
    if (depth > kMostScopes) return false;
    for (int more = dwarf_child(parent, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_namespace && findInlined(&child, address, depth + 1, inlined)) return true;
        if (!isScope(tag) || dwarf_haspc(&child, address) <= 0) continue;
        if (tag == DW_TAG_inlined_subroutine) inlined->push_back(child);
        findInlined(&child, address, depth + 1, inlined);
        return true;
    }
    return false;
}

// The address of a static variable; false for one on the stack, in a register or thread-local.
bool staticAddress(Dwarf_Die* variable, uint64_t* address) {
    Dwarf_Attribute attribute;
    Dwarf_Op* ops;
    size_t count;
    if (dwarf_getlocation(dwarf_attr(variable, DW_AT_location, &attribute), &ops, &count) != 0 || count != 1)
        return false;
    if (ops[0].atom == DW_OP_addr) {
        *address = ops[0].number;
        return true;
    }
    Dwarf_Attribute indexed;
    Dwarf_Addr value;
    bool isIndexed = ops[0].atom == DW_OP_addrx || ops[0].atom == DW_OP_GNU_addr_index;
    if (!isIndexed || dwarf_getlocation_attr(&attribute, &ops[0], &indexed) != 0 ||
        dwarf_formaddr(&indexed, &value) != 0)
        return false;
    *address = value;
    return true;
}

Declared normal(Declared found) {
    if (!found.at.file.empty()) found.at.file = std::filesystem::path(found.at.file).lexically_normal().string();
    return found;
}

}  // namespace

void DebugInfo::indexUnits() {
    hasUnits_ = true;
    for (Dwarf_Die* unit = nullptr; (unit = dwfl_module_nextcu(module_, unit, &bias_));) {
        Dwarf_Addr base, begin, end;
        for (ptrdiff_t at = 0; (at = dwarf_ranges(unit, at, &base, &begin, &end)) > 0;)
            if (begin < end) ranges_.push_back({begin, end, *unit});
    }
    std::sort(ranges_.begin(), ranges_.end(), [](auto& a, auto& b) { return a.begin < b.begin; });
}

DebugInfo::Range* DebugInfo::unitAt(uint64_t address) {
    if (!hasUnits_) indexUnits();
    uint64_t inDwarf = address - bias_;
    auto behind = std::upper_bound(ranges_.begin(), ranges_.end(), inDwarf,
                                   [](uint64_t a, const Range& range) { return a < range.begin; });
    if (behind == ranges_.begin() || inDwarf >= std::prev(behind)->end) return nullptr;
    return &*std::prev(behind);
}

SourceLocation DebugInfo::lineAt(uint64_t address) {
    Range* range = unitAt(address);
    Dwarf_Line* line = range ? dwarf_getsrc_die(&range->unit, address - bias_) : nullptr;
    if (!line) return {};
    int number = 0, column = 0;
    dwarf_lineno(line, &number);
    dwarf_linecol(line, &column);
    return location(dwarf_linesrc(line, nullptr, nullptr), &range->unit, number, column);
}

std::vector<CodeName> DebugInfo::withInlined(uint64_t address, const CodeName& outer) {
    std::vector<CodeName> names;
    SourceLocation at = outer.at;
    if (Range* range = unitAt(address)) {
        std::vector<Dwarf_Die> inlined;
        findInlined(&range->unit, address - bias_, 0, &inlined);
        for (auto call = inlined.rbegin(); call != inlined.rend(); ++call) {
            names.push_back({functionName(&*call), at, declaration(&*call, &range->unit)});
            at = callSite(&*call, &range->unit);
        }
    }
    names.push_back({outer.function, at, outer.definedAt});
    return names;
}

void DebugInfo::indexVariables(Dwarf_Die* parent, Dwarf_Addr bias, bool inFunctions, int depth) {
    Dwarf_Die child;
    for (int more = dwarf_child(parent, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        bool isFunction = tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block;
        bool isScope = tag == DW_TAG_namespace || (inFunctions && isFunction);
        if (isScope && depth < kMostScopes) indexVariables(&child, bias, inFunctions, depth + 1);
        uint64_t address;
        Dwarf_Die type;
        if (tag == DW_TAG_variable && staticAddress(&child, &address) && typeOf(&child, &type))
            variables_.emplace(address + bias, child);
    }
}

void DebugInfo::indexAllVariables(bool inFunctions) {
    Dwarf_Addr bias = 0;
    for (Dwarf_Die* unit = nullptr; (unit = dwfl_module_nextcu(module_, unit, &bias));)
        indexVariables(unit, bias, inFunctions, 0);
}

const Dwarf_Die* DebugInfo::variableAt(uint64_t address) {
    if (!std::exchange(hasVariables_, true)) indexAllVariables(false);
    auto found = variables_.find(address);
    // Static variables of functions are few and the functions many, so they are looked at only when needed.
    if (found == variables_.end() && !std::exchange(hasLocals_, true)) {
        indexAllVariables(true);
        found = variables_.find(address);
    }
    return found == variables_.end() ? nullptr : &found->second;
}

std::string DebugInfo::wayInto(uint64_t address, uint64_t offset) {
    const Dwarf_Die* found = variableAt(address);
    Dwarf_Die type;
    Dwarf_Die variable;
    if (!found) return "";
    variable = *found;
    return typeOf(&variable, &type) ? wayIntoType(type, offset) : "";
}

SourceLocation DebugInfo::declaredAt(uint64_t address, uint64_t offset) {
    const Dwarf_Die* found = variableAt(address);
    if (!found) return {};
    Dwarf_Die variable = *found;
    Dwarf_Die type;
    std::vector<Dwarf_Die> members;
    if (typeOf(&variable, &type)) members = membersOnWay(type, offset);
    Dwarf_Die* at = members.empty() ? &variable : &members.back();
    // A static member's or an extern variable's declaration says where; its definition may not.
    Dwarf_Attribute attribute;
    Dwarf_Die declared;
    if (!dwarf_hasattr(at, DW_AT_decl_line) &&
        dwarf_formref_die(dwarf_attr(at, DW_AT_specification, &attribute), &declared))
        at = &declared;
    Dwarf_Die unit;
    return dwarf_diecu(at, &unit, nullptr, nullptr) ? declaration(at, &unit) : SourceLocation{};
}

Declared DebugInfo::declared(uint64_t address, size_t level, std::string_view expression) {
    Range* range = unitAt(address);
    return range ? normal(declarationOf(&range->unit, address - bias_, level, expression)) : Declared{};
}

Declared DebugInfo::passed(uint64_t returnAddress, int argument) {
    Range* range = unitAt(returnAddress - 1);
    return range ? normal(argumentOf(&range->unit, returnAddress - bias_, argument)) : Declared{};
}

std::string demangle(const std::string& name) {
    // Copies the compiler made carry suffixes (.part.0, .cold, .lto_priv.3) that are no part of the name, as do static
    // variables of functions (.1) and versions of libraries (@@GLIBC_2.17).
    if (!name.starts_with("_Z")) return name.substr(0, std::max<size_t>(name.find_first_of(".@"), 1));
    std::string mangled = name.substr(0, name.find_first_of(".@"));
    int status = 0;
    char* text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
    std::string out = status == 0 && text ? text : name;
    std::free(text);
    if (name.find(".omp_outlined") != std::string::npos) out += " [parallel region]";
    return out;
}

}  // namespace raddle::trace
