#include <iostream>

#include "analyzer/scan/unit_file.h"
#include "analyzer/scan/units.h"
#include "cli/base/commands.h"
#include "cli/base/one_file.h"
#include "core/support/file_system.h"

namespace raddle::cli {
namespace {

struct Options {
    OneFile source;
    std::string output;
    std::string depfile;
};

// Only the output and the depfile are written, and nothing is read but what the depfile names.
Result<> writeUnit(const Options& options) {
    const auto [command, config] = TRY(compilationOf(options.source));
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
    app.add_option("FILE", options->source.file, "source file")->type_name("")->required();
    addFlags(app, options->source.flags);
    app.add_option("-o,--output", options->output, "file to write the unit to")->type_name("FILE")->required();
    app.add_option("--depfile", options->depfile, "write there, as compilers do, what the unit depends on")
        ->type_name("FILE");
    app.add_option("-p,--build-dir", options->source.buildDirectory, "folder of compile_commands.json")
        ->type_name("DIR");
    addConfig(app, options->source.configFile);
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
