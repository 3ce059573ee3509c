#include "cli/base/one_file.h"

#include <filesystem>

#include "analyzer/scan/select.h"

namespace raddle::cli {

Result<Compilation> compilationOf(const OneFile& one) {
    scan::ScanOptions options;
    std::error_code error;
    options.directory = std::filesystem::current_path(error).string();
    if (error) return Error{"cannot tell the current folder: " + error.message()};
    options.buildDirectory = one.buildDirectory;
    options.files = {one.file};
    options.flags = one.flags;
    options.configFile = one.configFile;
    scan::Selection selection = TRY(scan::selectCommands(options));
    if (selection.commands.size() != 1) return Error{"is a folder; give one file", one.file};
    config::Config config = TRY(scan::findConfig(options, selection));
    return Compilation{selection.commands[0], std::move(config)};
}

}  // namespace raddle::cli
