#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "analyzer/scan/select.h"
#include "analyzer/scan/unit_file.h"
#include "analyzer/scan/units.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "core/support/file_system.h"

namespace raddle::cli {
namespace {

struct Options {
    std::string file;
    std::string output;
    std::string depfile;
    std::string buildDirectory;
    std::string configFile;
    Flags flags;
};

// Only the output and the depfile are written, and nothing is read but what the depfile names.
Result<> writeUnit(const Options& options) {
    scan::ScanOptions scanOptions;
    std::error_code error;
    scanOptions.directory = std::filesystem::current_path(error).string();
    if (error) return Error{"cannot tell the current folder: " + error.message()};
    scanOptions.buildDirectory = options.buildDirectory;
    scanOptions.files = {options.file};
    scanOptions.flags = options.flags;
    scanOptions.configFile = options.configFile;
    scan::Selection selection = TRY(scan::selectCommands(scanOptions));
    if (selection.commands.size() != 1) return Error{"is a folder; give one file", options.file};
    const config::Config config = TRY(scan::findConfig(scanOptions, selection));
    const lower::CompileCommand& command = selection.commands[0];
    inputs::Disk disk;
    const lower::Lowered lowered = scan::readUnit(command, config.models, disk);
    if (!lowered.unit.ok())
        std::cerr << "raddle unit: not read: " << toString(lowered.unit.error()) << "\n";
    else if (lowered.unit->error)
        std::cerr << "raddle unit: read in part: " << toString(*lowered.unit->error) << "\n";
    TRY(writeFile(options.output, scan::encodeUnit(lowered.unit, command.file)));
    if (options.depfile.empty()) return Unit{};
    return writeFile(options.depfile, scan::depfile(options.output, lowered.record, config.file));
}

}  // namespace

Run addUnit(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, "source file")->type_name("")->required();
    addFlags(app, options->flags);
    app.add_option("-o,--output", options->output, "file to write the unit to")->type_name("FILE")->required();
    app.add_option("--depfile", options->depfile, "write there, as compilers do, what the unit depends on")
        ->type_name("FILE");
    app.add_option("-p,--build-dir", options->buildDirectory, "folder of compile_commands.json")->type_name("DIR");
    addConfig(app, options->configFile);
    app.footer(
        "A file with errors gives a unit all the same, which says so when it is scanned.\n"
        "Example: raddle unit queue.c -o units/queue.unit --depfile queue.d -- -Iinclude\n"
        "         raddle scan --units units");
    return [options] {
        Result<> written = writeUnit(*options);
        if (written.ok()) return kSuccess;
        std::cerr << "raddle unit: " << toString(written.error()) << "\n";
        return kBadInput;
    };
}

}  // namespace raddle::cli
