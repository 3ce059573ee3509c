#include "cli/base/arguments.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace raddle::cli {
namespace {

constexpr const char* kFlagsFollow = "--flags-follow";
constexpr const char* kFlag = "--flag";

// Leaves out a "--" between a command's own options and the command it takes; later ones belong to that.
void eraseMark(const CLI::App& command, std::vector<std::string>& given) {
    for (size_t i = 1; i < given.size() && given[i].starts_with("-"); ++i) {
        if (given[i] == "--") {
            given.erase(given.begin() + static_cast<std::ptrdiff_t>(i));
            return;
        }
        const CLI::Option* option = command.get_option_no_throw(given[i]);
        if (option && option->get_expected_max() > 0) ++i;
    }
}

}  // namespace

void addFlags(CLI::App& app, Flags& flags) {
    auto begin = [&flags](int64_t) { flags.emplace(); };
    app.add_flag_function(kFlagsFollow, begin)->group("");
    // The parser takes {} and "" for no value at all, so each flag has a letter before it.
    auto add = [&flags](const std::string& value) { flags->push_back(value.substr(1)); };
    app.add_option_function<std::vector<std::string>>(
           kFlag, [add](const std::vector<std::string>& values) { std::for_each(values.begin(), values.end(), add); })
        ->group("")
        ->needs(kFlagsFollow);
}

std::vector<std::string> arguments(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> out(argv + 1, argv + argc);
    auto mark = std::find(out.begin(), out.end(), "--");
    if (mark == out.end() || mark == out.begin()) return out;
    auto given = app.get_subcommands([&](const CLI::App* command) { return command->get_name() == out[0]; });
    if (!given.empty() && given[0]->get_prefix_command()) {
        eraseMark(*given[0], out);
        return out;
    }
    if (given.empty() || !given[0]->get_option_no_throw(kFlag)) return out;
    std::vector<std::string> flags(mark + 1, out.end());
    out.erase(mark, out.end());
    out.push_back(kFlagsFollow);
    for (const std::string& flag : flags) out.push_back(std::string(kFlag) + "=_" + flag);
    return out;
}

void addConfig(CLI::App& app, std::string& file) {
    app.add_option("--config", file,
                   "what the project's own functions do (default: .raddle.yaml, searched upwards from the first file)")
        ->type_name("FILE");
}

bool useColour(const std::string& when, int descriptor) {
    if (when != "auto") return when == "always";
    const char* terminal = std::getenv("TERM");
    return ::isatty(descriptor) && !std::getenv("NO_COLOR") && terminal && std::strcmp(terminal, "dumb") != 0;
}

void addColour(CLI::App& app, std::string& when) {
    app.add_option("--color", when, "auto, always or never (default: on terminals)")
        ->check(CLI::IsMember({"auto", "always", "never"}));
}

}  // namespace raddle::cli
