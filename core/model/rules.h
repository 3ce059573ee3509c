// The table of rules: one row for each kind of finding raddle can make.
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

}  // namespace raddle
