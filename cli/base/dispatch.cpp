#include "cli/base/dispatch.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "cli/base/arguments.h"

namespace raddle::cli {
namespace {

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
    return kBadInput;
}

// Goes on as the program beside this one; returns when it cannot.
int becomeScanner(char** argv) {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string program = (self.parent_path() / kScanner).string();
    ::execv(program.c_str(), argv);
    std::cerr << "raddle " << argv[1] << ": cannot run " << program << ": " << std::strerror(errno)
              << "; it belongs beside the raddle command\n";
    return kBadInput;
}

}  // namespace

int dispatch(std::span<const Command> commands, int argc, char** argv) {
    for (const Command& command : commands)
        if (!command.add && argc > 1 && std::strcmp(argv[1], command.name) == 0) return becomeScanner(argv);
    CLI::App app{"raddle: finds concurrency bugs in C and C++, records what threads and locks do, shows both.",
                 "raddle"};
    app.set_version_flag("--version", "raddle " RADDLE_VERSION);
    app.require_subcommand(1);
    app.footer("Try: raddle COMMAND --help");
    int status = kSuccess;
    for (const Command& command : commands) {
        CLI::App* sub = app.add_subcommand(command.name, command.summary);
        if (!command.add) continue;
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

}  // namespace raddle::cli
