// Program: the units of a scan joined into one, with names, globals and functions shared by all. What several
// units define alike (inline functions, templates) is kept once, from the first. A build often makes several
// executables: each has its own main, and what two of them define under one name in their own files is two. The result
// depends on the order of the units only in the numbering of ids. Linear in the size of the units.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/ir.h"

namespace raddle::link {

using FunctionIndex = Id<struct FunctionIndexTag>;

struct Program {
    ir::Names names;
    std::vector<ir::Global> globals;
    std::vector<ir::Function> functions;
    std::unordered_map<ir::NameId, FunctionIndex> byKey;
    std::unordered_map<ir::NameId, std::vector<ir::NameId>> overriders;  // of a method: all, transitively
    std::vector<ir::Contract> contracts;                                 // each once
    std::vector<std::string> opaque;
    std::vector<FunctionIndex> mains;

    // Empty for what has no name.
    const std::string& text(ir::NameId id) const {
        static const std::string kNone;
        return id.valid() ? names.text(id) : kNone;
    }
    const ir::Function& function(FunctionIndex index) const { return functions[index.index()]; }
    // Invalid when the program has no body for it.
    FunctionIndex find(ir::NameId key) const {
        auto it = byKey.find(key);
        return it == byKey.end() ? FunctionIndex{} : it->second;
    }
    FunctionIndex find(std::string_view key) const { return find(names.find(key)); }
};

Program link(std::vector<ir::Unit> units);

}  // namespace raddle::link
