#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "analyzer/ir/print.h"
#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"
#include "cli/arguments.h"
#include "cli/commands.h"

namespace raddle::cli {
namespace {

struct Options {
    std::string file;
    std::string buildDirectory;
    std::string function;
    std::string configFile;
    Flags flags;
};

Result<ir::Unit> readOne(const Options& options) {
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
    return scan::readUnit(selection.commands[0], config.models);
}

// The functions whose key or name is `name`.
Result<std::string> printFunction(const ir::Unit& unit, const std::string& name) {
    std::string out;
    ir::NameId id = unit.names.find(name);
    for (const ir::Function& function : unit.functions)
        if (id.valid() && (function.key == id || function.name == id)) out += ir::print(unit, function);
    if (out.empty()) return Error{"has no function " + name, unit.file};
    return out;
}

Result<std::string> textOf(const Options& options) {
    ir::Unit unit = TRY(readOne(options));
    if (unit.error) std::cerr << "raddle ir: read in part: " << toString(*unit.error) << "\n";
    if (!options.function.empty()) return printFunction(unit, options.function);
    return ir::print(unit);
}

}  // namespace

Run addIr(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->file, "source file, or CIR text (.ir)")->type_name("")->required();
    addFlags(app, options->flags);
    app.add_option("-p,--build-dir", options->buildDirectory, "folder of compile_commands.json")->type_name("DIR");
    addConfig(app, options->configFile);
    app.add_option("--function", options->function, "print only the functions with this name")->type_name("NAME");
    app.footer(
        "`raddle ir FILE -- FLAGS` compiles FILE with FLAGS and reads no database.\nExample: raddle ir queue.c -- "
        "-Iinclude");
    return [options] {
        Result<std::string> text = textOf(*options);
        if (!text.ok()) {
            std::cerr << "raddle ir: " << toString(text.error()) << "\n";
            return kBadInput;
        }
        std::cout << *text << std::flush;
        if (std::cout) return kSuccess;
        std::cerr << "raddle ir: cannot write to standard output\n";
        return kBadInput;
    };
}

}  // namespace raddle::cli
