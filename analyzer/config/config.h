// Reads .raddle.yaml, in which a project says what its own functions and types mean to concurrency: the same rows that
// analyzer/models has for libraries. docs/configuration.md is the reference. Errors name file, line and column; what is
// not known is an error, never skipped. Cost: that of parsing the text.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/models/models.h"
#include "core/support/result.h"

namespace raddle::config {

inline constexpr const char* kFileName = ".raddle.yaml";

struct Config {
    models::Library models;
    std::string text;  // all of it, for what depends on it to be told apart
};

Result<Config> readConfig(const std::string& path);

// `file` is what errors name.
Result<Config> parseConfig(const std::string& text, const std::string& file);

}  // namespace raddle::config
