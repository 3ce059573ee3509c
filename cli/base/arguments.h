// What the command line parser does not do by itself.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace raddle::cli {

// The flags of `FILES -- FLAGS`. None: there was no `--`.
using Flags = std::optional<std::vector<std::string>>;

// Lets a command take `-- FLAGS`.
void addFlags(CLI::App& app, Flags& flags);

// The command line as `app` must get it. CLI11 forgets where a `--` stood, so for commands that use addFlags what
// follows it is handed over as values of a hidden option. Of a command that takes another one with its arguments the
// `--` is left out, because CLI11 would hand what follows it to the parent of the subcommand; and a number after a flag
// that may have one (`--sample 2000 CMD`) is the flag's.
std::vector<std::string> arguments(const CLI::App& app, int argc, char** argv);

// Names the file that says what a project's own functions do.
void addConfig(CLI::App& app, std::string& file);

// Whether to write escape sequences to a descriptor; `when` is auto, always or never.
bool useColour(const std::string& when, int descriptor);
void addColour(CLI::App& app, std::string& when);

}  // namespace raddle::cli
