// Which files are scanned and how each is compiled: a compilation database given or found, files picked from it, or
// files with flags. And which configuration holds for them.
#pragma once

#include <string>
#include <vector>

#include "analyzer/config/config.h"
#include "analyzer/lower/lower.h"
#include "analyzer/scan/scan.h"
#include "core/support/result.h"

namespace raddle::scan {

struct Selection {
    std::vector<lower::CompileCommand> commands;
    std::string database;            // its folder; empty when there is none
    std::vector<std::string> notes;  // what was left out or guessed, one line each
};

// Never empty: nothing to scan is an Error.
Result<Selection> selectCommands(const ScanOptions& options);

// The configuration that options.configFile names; else the nearest .raddle.yaml at or above the folder of the first
// selected file, else of the database, which a note of the selection names; else none.
Result<config::Config> findConfig(const ScanOptions& options, Selection& selection);

// What findConfig finds, as text: see config::dumpConfig. Its first line is a comment that names the file.
Result<std::string> describeConfig(const ScanOptions& options);

// The command for a file that no database knows: the driver for its language, gnu++17 unless the flags say.
lower::CompileCommand defaultCommand(const std::string& directory, const std::string& file,
                                     const std::vector<std::string>& flags);

}  // namespace raddle::scan
