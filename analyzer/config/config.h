// Reads .raddle.yaml, in which a project says what its own functions and types mean to concurrency, the same rows that
// analyzer/models has for libraries, and what is done with findings. docs/configuration.md is the reference. Errors
// name file, line and column; what is not known is an error, never skipped. Cost: that of parsing the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/models/models.h"
#include "core/support/result.h"
#include "core/triage/policy.h"

namespace raddle::config {

inline constexpr const char* kFileName = ".raddle.yaml";

struct Config {
    models::Library models;
    std::string file;                      // empty: there is none
    std::vector<std::string> entryPoints;  // of a library: patterns of the functions that its users call
    std::string text;  // what it says about functions, types and entry points, for what depends on it to be told apart
    triage::Policy policy;
};

Result<Config> readConfig(const std::string& path);

// `file` is what errors name; paths in it are relative to its folder.
Result<Config> parseConfig(const std::string& text, const std::string& file);

// The configuration as it works, as a configuration: the given text's own functions and types, and all that is said
// about findings with what holds where nothing is.
Result<std::string> dumpConfig(const std::string& text, const std::string& file);

}  // namespace raddle::config
