#include <iostream>
#include <string>
#include <vector>

#include "cli/base/arguments.h"
#include "cli/commands.h"

namespace {

struct Command {
    const char* name;
    const char* summary;
    raddle::cli::Run (*add)(CLI::App&);
};

constexpr Command kCommands[] = {
    {"scan", "find concurrency bugs in source code", raddle::cli::addScan},
    {"record", "run a command and record what its threads and locks do", raddle::cli::addRecord},
    {"report", "print what a recording holds: threads, locks, who made whom wait, functions", raddle::cli::addReport},
    {"export", "write a recording in the format of another tool, or as a page", raddle::cli::addExport},
    {"view", "show recordings and scan reports in a window, or a page of it as a picture", raddle::cli::addView},
    {"explain", "say what a rule finds, with examples and how to fix it", raddle::cli::addExplain},
    {"unit", "read one file for a later scan, as a step of a build", raddle::cli::addUnit},
    {"ir", "print the analyser's view of a file", raddle::cli::addIr},
    {"doctor", "say what works on this machine and what is missing", raddle::cli::addDoctor},
};

// One line, and where to read more.
int misuse(const CLI::App& app, const std::vector<std::string>& given, std::string message) {
    std::string command = "raddle";
    if (!app.get_subcommands().empty())
        command += " " + app.get_subcommands().front()->get_name();
    else if (!given.empty() && !given[0].starts_with("-"))
        message = "no command '" + given[0] + "'";
    else if (given.empty())
        message = "no command given";
    std::cerr << command << ": " << message << "; try `" << command << " --help`\n";
    return raddle::cli::kBadInput;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace raddle::cli;
    CLI::App app{"raddle: finds concurrency bugs in C and C++, records what threads and locks do, shows both.",
                 "raddle"};
    app.set_version_flag("--version", "raddle " RADDLE_VERSION);
    app.require_subcommand(1);
    app.footer("Try: raddle COMMAND --help");
    int status = kSuccess;
    for (const Command& command : kCommands) {
        CLI::App* sub = app.add_subcommand(command.name, command.summary);
        Run run = command.add(*sub);
        sub->callback([run, &status] { status = run(); });
    }
    const std::vector<std::string> given = arguments(app, argc, argv);
    try {
        app.parse(std::vector<std::string>(given.rbegin(), given.rend()));  // the parser takes them from the end
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        return misuse(app, given, error.what());
    }
    return status;
}
