#include <iostream>

#include "cli/commands.h"

namespace {

struct Command {
    const char* name;
    const char* summary;
    raddle::cli::Run (*add)(CLI::App&);
};

constexpr Command kCommands[] = {
    {"explain", "say what a rule finds, with examples and how to fix it", raddle::cli::addExplain},
    {"report", "print what a recording holds: threads, locks, who made whom wait, functions", raddle::cli::addReport},
};

}  // namespace

int main(int argc, char** argv) {
    using namespace raddle::cli;
    CLI::App app{"raddle: finds concurrency bugs in C and C++, records what threads and locks do, shows both."};
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
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        std::cerr << "raddle: " << error.what() << "\n";
        return kBadInput;
    }
    return status;
}
