#include "cli/base/arguments.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace raddle::cli {
namespace {

constexpr const char* kFlagsFollow = "--flags-follow";
constexpr const char* kFlag = "--flag";

bool isNumber(const std::string& word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

// Of a command's own options, before the command it takes: leaves out the "--" between (later ones belong to that one),
// and joins a number to the flag before it that may have one, as it would be the name of a command otherwise.
void readOwnOptions(const CLI::App& command, std::vector<std::string>& given) {
    for (size_t i = 1; i < given.size() && given[i].starts_with("-"); ++i) {
        const auto next = given.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (given[i] == "--") {
            given.erase(next - 1);
            return;
        }
        const CLI::Option* option = command.get_option_no_throw(given[i]);
        if (!option) continue;
        if (option->get_expected_max() > 0) {
            ++i;
        } else if (!option->get_fnames().empty() && next != given.end() && isNumber(*next)) {
            given[i] += "=" + *next;
            given.erase(next);
        }
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
    if (out.empty()) return out;
    auto given = app.get_subcommands([&](const CLI::App* command) { return command->get_name() == out[0]; });
    if (!given.empty() && given[0]->get_prefix_command()) {
        readOwnOptions(*given[0], out);
        return out;
    }
    auto mark = std::find(out.begin(), out.end(), "--");
    if (mark == out.end() || mark == out.begin()) return out;
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
