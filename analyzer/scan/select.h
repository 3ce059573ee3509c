// Which files are scanned and how each is compiled: a compilation database given or found, files picked from it, or
// files with flags.
#pragma once

#include <string>
#include <vector>

#include "analyzer/lower/lower.h"
#include "analyzer/scan/scan.h"
#include "core/support/result.h"

namespace raddle::scan {

struct Selection {
    std::vector<lower::CompileCommand> commands;
    std::vector<std::string> notes;  // what was left out or guessed, one line each
};

// Never empty: nothing to scan is an Error.
Result<Selection> selectCommands(const ScanOptions& options);

// The command for a file that no database knows: the driver for its language, gnu++17 unless the flags say.
lower::CompileCommand defaultCommand(const std::string& directory, const std::string& file,
                                     const std::vector<std::string>& flags);

}  // namespace raddle::scan
