#include <iostream>

#include "analyzer/ir/print.h"
#include "analyzer/scan/units.h"
#include "cli/base/commands.h"
#include "cli/base/one_file.h"

namespace raddle::cli {
namespace {

struct Options {
    OneFile source;
    std::string function;
};

Result<ir::Unit> readOne(const OneFile& source) {
    const Compilation compilation = TRY(compilationOf(source));
    return scan::readUnit(compilation.command, compilation.config.models);
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
    ir::Unit unit = TRY(readOne(options.source));
    if (unit.error) std::cerr << "raddle ir: read in part: " << toString(*unit.error) << "\n";
    if (!options.function.empty()) return printFunction(unit, options.function);
    return ir::print(unit);
}

}  // namespace

Run addIr(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("FILE", options->source.file, "source file, or CIR text (.ir)")->type_name("")->required();
    addFlags(app, options->source.flags);
    app.add_option("-p,--build-dir", options->source.buildDirectory, "folder of compile_commands.json")
        ->type_name("DIR");
    addConfig(app, options->source.configFile);
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
