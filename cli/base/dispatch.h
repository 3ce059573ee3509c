// What the main functions share: the table of commands, and running the one that the command line names. The commands
// that parse source are in a program of their own, `raddle-scan`, which `raddle` becomes for them: loading the compiler
// takes 25 ms of processor time, which recording a program shall not cost.
#pragma once

#include <span>

#include "cli/base/commands.h"

namespace raddle::cli {

inline constexpr const char* kScanner = "raddle-scan";

struct Command {
    const char* name;
    const char* summary;
    Run (*add)(CLI::App&);  // null: it is one of the scanner's
};

int dispatch(std::span<const Command> commands, int argc, char** argv);

}  // namespace raddle::cli
