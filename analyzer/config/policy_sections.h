// The sections of a configuration that are about findings: `rules`, `report` and `exclude`.
#pragma once

#include "analyzer/config/yaml.h"
#include "core/triage/policy.h"

namespace raddle::config {

Result<> readRules(const Yaml& yaml, const YAML::Node& section, triage::Policy& policy);
Result<> readReport(const Yaml& yaml, const YAML::Node& section, triage::Policy& policy);
Result<> readExclude(const Yaml& yaml, const YAML::Node& section, triage::Policy& policy);

// The same sections as YAML, with what holds where nothing is said.
std::string dumpPolicy(const triage::Policy& policy);

}  // namespace raddle::config
