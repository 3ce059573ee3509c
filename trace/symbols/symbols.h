// Symbolizer: what the addresses in a program or library are called, from its ELF symbols and debug info.
// Addresses are those in the file (run-time address minus load bias), so that one lookup serves every process
// that loaded it. A file that is missing, or is not the one recorded (other build id), names nothing and
// says why. Lookups are not cached: ask once an address.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/source_location.h"

namespace raddle::trace {

struct CodeName {
    std::string function;      // demangled; without a symbol "0x…", where it begins; empty when that is not known
    SourceLocation at;         // the line of the address, or of the call that was inlined there
    SourceLocation definedAt;  // of the function; no file without debug info
};

// What an expression of a line of source stands for.
struct Declared {
    enum class Kind { unknown, member, parameter, local, global };

    Kind kind = Kind::unknown;
    std::string owner;   // of a member: its class, with namespaces; empty when that has no name
    std::string name;    // of a member, and of what a call passes
    SourceLocation at;   // where a member or global was declared
    int parameter = -1;  // its number
    std::string scope;   // the class that the line's function belongs to; may be empty
};

class Symbolizer {
  public:
    virtual ~Symbolizer() = default;

    // The functions around an instruction, inlined ones first; never empty.
    virtual std::vector<CodeName> code(uint64_t address) = 0;

    // The variable at an address, demangled, with the way to the place in it: `queue.mutex_`, `locks[3]`,
    // or `table+0x28` without debug info. Empty when no variable is there.
    virtual std::string data(uint64_t address) = 0;

    // Where the variable, or member of one, at an address is declared; no file when that is not known.
    virtual SourceLocation dataDeclaredAt(uint64_t) { return {}; }

    // What `expression`, of the line of one of the functions around an instruction, stands for. `level` is the
    // function's place in what `code` gives.
    virtual Declared declared(uint64_t, size_t, std::string_view) { return {}; }

    // What a call passed, by debug info alone; `argument` counts `this`. A local variable or parameter has its own
    // name. The number is that of the parameter, counted so, which led to it, if one of the function's did.
    virtual Declared passed(uint64_t, int) { return {}; }

    // Why nothing is named, one line; empty when the file is the one recorded.
    virtual std::string problem() const = 0;
};

// `buildId` holds the id's bytes; empty when the recording has none, which any file matches.
std::unique_ptr<Symbolizer> openSymbols(const std::string& path, const std::string& buildId);

}  // namespace raddle::trace
