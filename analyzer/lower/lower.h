// From C and C++ source to CIR: one translation unit in, one ir::Unit out. The only folder that knows Clang.
// Parses with the flags of a compilation database entry; bodies in system headers are neither parsed (where
// Clang allows it) nor lowered. Thread-safe: units can be lowered in parallel. Cost: that of parsing the file.
#pragma once

#include <string>
#include <vector>

#include "analyzer/inputs/inputs.h"
#include "analyzer/ir/ir.h"
#include "analyzer/models/models.h"
#include "core/support/result.h"

namespace raddle::lower {

struct CompileCommand {
    std::string directory;               // that relative paths start from
    std::string file;                    // absolute
    std::vector<std::string> arguments;  // argv; [0] is the compiler

    bool operator==(const CompileCommand&) const = default;
};

// A file that Clang cannot parse is an Error naming the first diagnostic's place: a header is missing, nothing in it is
// free of errors, or Clang crashes. With errors in some functions the others are lowered and Unit::error is the first.
Result<ir::Unit> lowerFile(const CompileCommand& command, const models::Library& models = {});

struct Lowered {
    Result<ir::Unit> unit;
    inputs::Record record;  // what the unit depends on, besides the command, the models and the environment
};
// With files looked up and read from `disk`, so that those that several parses include are read once.
Lowered lowerFile(const CompileCommand& command, const models::Library& models, inputs::Disk& disk);

// Reads DIR/compile_commands.json; relative files are made absolute, duplicates of a file dropped.
// `missing` is an Error that says how to make one.
Result<std::vector<CompileCommand>> readCompileCommands(const std::string& directory);

}  // namespace raddle::lower
