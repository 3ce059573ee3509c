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

// What follows `record` up to its command are options, all after that is the command's own: the "--" between
// them is left out, because CLI11 would hand what follows it to the parent of the subcommand.
std::vector<std::string> readArguments(int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments[0] == "record") {
        const auto mark = std::find(arguments.begin(), arguments.end(), "--");
        if (mark != arguments.end()) arguments.erase(mark);
    }
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
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
        app.parse(readArguments(argc, argv));
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        std::cerr << "raddle: " << error.what() << "\n";
        return kBadInput;
    }
    return status;
}
