// What a project has decided about findings: which rules it wants, how bad they are to it, whose code it answers for.
// Plain data; analyzer/config reads it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/report.h"

namespace raddle::triage {

struct RuleSetting {
    std::string rules;  // an id, or several with wildcards
    bool isOn = true;
    std::optional<Severity> severity;
    SourceLocation at;  // in the configuration
};

struct ExcludedPath {
    std::string pattern;  // see matchesPath
    SourceLocation at;
};

struct Policy {
    std::vector<RuleSetting> rules;  // the last that names a rule counts
    std::vector<ExcludedPath> excluded;
    std::string root;      // folder that paths are relative to
    std::string failOn;    // an evidence or "none"; empty: not said
    std::string baseline;  // absolute; empty: none
    std::optional<Evidence> minEvidence;
};

// Gives findings the severity that is wanted, and settles those of rules that are off and those all of whose places are
// in excluded files.
void apply(Report& report, const Policy& policy);

}  // namespace raddle::triage
