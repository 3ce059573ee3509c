// From the command that compiles a file to one that Clang parses it with: nothing is written, what only GCC knows is
// left out, and what GCC merely warns of stays a warning.
#pragma once

#include <llvm/Support/VirtualFileSystem.h>

#include <string>
#include <vector>

#include "analyzer/lower/lower.h"

namespace raddle::lower {

// `files` is where @FILE arguments are read, its working directory that of the command.
std::vector<std::string> driverArguments(const CompileCommand& command, llvm::vfs::FileSystem& files);

}  // namespace raddle::lower
