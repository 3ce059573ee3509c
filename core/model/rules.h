// The table of rules: one row for each kind of finding raddle can make. And what the weaknesses that they are about are
// called in MITRE's list (CWE).
#pragma once

#include <span>
#include <string_view>

#include "core/model/finding.h"

namespace raddle {

struct Rule {
    std::string_view id;  // stable, used in suppressions, baselines and docs/rules/<id>.md
    Property property;
    Severity severity;  // of a finding with evidence `definite` or `likely`
    int cwe;
    std::string_view summary;  // what it finds, one sentence
};

std::span<const Rule> rules();

// Null when there is no such rule.
const Rule* findRule(std::string_view id);

// Empty when no finding of raddle is about it.
std::string_view weaknessName(int cwe);

}  // namespace raddle
