// The options that say which findings of a report need to be looked at, and what they do to it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/model/report.h"
#include "core/support/result.h"
#include "core/triage/policy.h"

namespace raddle::cli {

enum class Completeness { partial, complete };

struct TriageOptions {
    std::string baseline;
    std::string base;  // a revision
    bool update = false;
    bool prune = false;
};

void addTriage(CLI::App& app, TriageOptions& options);

// What can be said before the scan of a baseline that the command line names: is it one, and can it be written?
Result<> checkBaseline(const TriageOptions& options);

// Settles what the policy, comments in the source and the baseline settle, and writes the baseline anew when that was
// asked for. Only of a complete scan it can be said that a comment allows nothing.
Result<> settle(Report& report, const triage::Policy& policy, const TriageOptions& options, const std::string& folder,
                Completeness completeness);

}  // namespace raddle::cli
