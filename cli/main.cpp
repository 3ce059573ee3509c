#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace {

struct Command {
    const char* name;
    const char* summary;
    raddle::cli::Run (*add)(CLI::App&);
};

constexpr Command kCommands[] = {
    {"explain", "say what a rule finds, with examples and how to fix it", raddle::cli::addExplain},
    {"record", "run a command and record what its threads and locks do", raddle::cli::addRecord},
    {"report", "print what a recording holds: threads, locks, who made whom wait, functions", raddle::cli::addReport},
    {"view", "show recordings and scan reports in a window, or a page of it as a picture", raddle::cli::addView},
};

// The command line as CLI11 takes it, last argument first. It would hand what follows a "--" to the parent of the
// subcommand, so for `record` a "--" between its own options and the recorded command is left out; later ones
// are the command's.
std::vector<std::string> readArguments(const CLI::App& app, int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments[0] == "record") {
        const CLI::App* record = app.get_subcommand("record");
        for (size_t i = 1; i < arguments.size() && arguments[i][0] == '-'; ++i) {
            if (arguments[i] == "--") {
                arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
                break;
            }
            const CLI::Option* option = record->get_option_no_throw(arguments[i]);
            if (option && option->get_expected_max() > 0) ++i;
        }
    }
    std::reverse(arguments.begin(), arguments.end());
    return arguments;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace raddle::cli;
    CLI::App app{"raddle: finds concurrency bugs in C and C++, records what threads and locks do, shows both.", "raddle"};
    app.set_version_flag("--version", "raddle " RADDLE_VERSION);
    app.require_subcommand(1);
    app.footer("Try: raddle COMMAND --help");
    int status = kSuccess;
    for (const Command& command : kCommands) {
        CLI::App* sub = app.add_subcommand(command.name, command.summary);
        Run run = command.add(*sub);
        sub->callback([run, &status] { status = run(); });
    }
    try {
        app.parse(readArguments(app, argc, argv));
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        std::cerr << "raddle: " << error.what() << "\n";
        return kBadInput;
    }
    return status;
}
