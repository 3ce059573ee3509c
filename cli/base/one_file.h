// Commands that work on one source file: how it is compiled, and which configuration holds for it.
#pragma once

#include <string>

#include "analyzer/config/config.h"
#include "analyzer/lower/lower.h"
#include "cli/base/arguments.h"
#include "core/support/result.h"

namespace raddle::cli {

struct OneFile {
    std::string file;
    std::string buildDirectory;
    std::string configFile;
    Flags flags;
};

struct Compilation {
    lower::CompileCommand command;
    config::Config config;
};

// An Error for a folder, and for a file that nothing tells how to compile.
Result<Compilation> compilationOf(const OneFile& one);

}  // namespace raddle::cli
