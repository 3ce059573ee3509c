// The options that say which findings of a report need to be looked at, and what they do to it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/model/report.h"
#include "core/support/result.h"

namespace raddle::cli {

struct TriageOptions {
    std::string baseline;
    bool update = false;
    bool prune = false;
};

void addTriage(CLI::App& app, TriageOptions& options);

// Settles what the baseline has, and writes the baseline anew when that was asked for.
Result<> settle(Report& report, const TriageOptions& options, const std::string& folder);

}  // namespace raddle::cli
