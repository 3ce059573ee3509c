// DebugInfo: what the DWARF of one program or library says: source lines, inlined calls, and the way to a
// place inside a static variable. Its tables are built at the first question, in time linear in the
// top-level entries; a question about an address reads the debug info of one unit. Without debug info every
// answer is empty. Addresses are those in the file.
#pragma once

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "trace/symbols/symbols.h"

namespace raddle::trace {

class DebugInfo {
  public:
    explicit DebugInfo(Dwfl_Module* module) : module_(module) {}

    SourceLocation lineAt(uint64_t address);

    // The calls inlined at an address, innermost first, then `outer`, the function whose code it is, which
    // gets the line that the outermost of them was called at.
    std::vector<CodeName> withInlined(uint64_t address, const CodeName& outer);

    // From the variable at `address` to what is at `offset` in it, as C writes it (`.queue[3].mutex_`); empty
    // when that is the variable itself, or unknown.
    std::string wayInto(uint64_t address, uint64_t offset);

    // Of the same: where the variable, or the last member on the way, is declared.
    SourceLocation declaredAt(uint64_t address, uint64_t offset);

    // See Symbolizer.
    Declared declared(uint64_t address, size_t level, std::string_view expression);
    Declared passed(uint64_t returnAddress, int argument);

  private:
    struct Range {
        uint64_t begin;
        uint64_t end;
        Dwarf_Die unit;
    };

    void indexUnits();
    void indexAllVariables(bool inFunctions);
    const Dwarf_Die* variableAt(uint64_t address);
    void indexVariables(Dwarf_Die* parent, Dwarf_Addr bias, bool inFunctions, int depth);
    // Compilers need not write .debug_aranges (clang does not), so the units' own ranges are the index.
    Range* unitAt(uint64_t address);

    Dwfl_Module* module_;
    Dwarf_Addr bias_ = 0;
    bool hasUnits_ = false;
    bool hasVariables_ = false;
    bool hasLocals_ = false;
    std::vector<Range> ranges_;                          // by begin
    std::unordered_map<uint64_t, Dwarf_Die> variables_;  // by address
};

// The C++ name, or the name itself when it is not a mangled one.
std::string demangle(const std::string& name);

}  // namespace raddle::trace
