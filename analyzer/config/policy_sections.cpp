#include "analyzer/config/policy_sections.h"

#include <algorithm>
#include <filesystem>

#include "core/model/rules.h"
#include "core/support/paths.h"
#include "core/support/suggestion.h"
#include "core/triage/pattern.h"

namespace raddle::config {
namespace {

const std::vector<std::string_view> kSettings{"on", "off", "error", "warning", "note"};
const std::vector<std::string_view> kLevels{"assumed", "likely", "definite", "none"};
const std::vector<std::string_view> kEvidence{"assumed", "likely", "definite"};

Result<> knownRule(const Yaml& yaml, const YAML::Node& key) {
    const auto isNamed = [&](const Rule& rule) { return triage::matches(key.Scalar(), rule.id); };
    if (std::any_of(rules().begin(), rules().end(), isNamed)) return Unit{};
    if (triage::hasWildcard(key.Scalar())) return yaml.error(key, "'" + key.Scalar() + "' matches no rule");
    std::vector<std::string_view> ids;
    for (const Rule& rule : rules()) ids.push_back(rule.id);
    const std::string_view meant = nearest(key.Scalar(), ids);
    return yaml.error(key, "unknown rule '" + key.Scalar() + "'" +
                               (meant.empty() ? std::string("; `raddle explain` lists them")
                                              : ": did you mean '" + std::string(meant) + "'?"));
}

Result<std::string> wordIn(const Yaml& yaml, const YAML::Node& value, const std::string& what,
                           const std::vector<std::string_view>& words) {
    if (!value.IsScalar()) return yaml.error(value, "not a single " + what);
    if (std::find(words.begin(), words.end(), value.Scalar()) == words.end()) return yaml.unknown(value, what, words);
    return value.Scalar();
}

}  // namespace

Result<> readRules(const Yaml& yaml, const YAML::Node& section, triage::Policy& policy) {
    return yaml.eachOf(section, "rules and how they are taken",
                       [&](const YAML::Node& key, const YAML::Node& value) -> Result<> {
                           TRY(knownRule(yaml, key));
                           const std::string word = TRY(wordIn(yaml, value, "setting of a rule", kSettings));
                           triage::RuleSetting setting{key.Scalar(), word != "off", std::nullopt, yaml.placeOf(key)};
                           if (Severity severity{}; parse(word, severity)) setting.severity = severity;
                           policy.rules.push_back(std::move(setting));
                           return Unit{};
                       });
}

Result<> readReport(const Yaml& yaml, const YAML::Node& section, triage::Policy& policy) {
    return yaml.eachOf(section, "what is reported", [&](const YAML::Node& key, const YAML::Node& value) -> Result<> {
        const std::string& name = key.Scalar();
        if (name == "fail-on") {
            policy.failOn = TRY(wordIn(yaml, value, "level", kLevels));
        } else if (name == "min-evidence") {
            Evidence least{};
            parse(TRY(wordIn(yaml, value, "evidence", kEvidence)), least);
            policy.minEvidence = least;
        } else if (name == "baseline") {
            if (!value.IsScalar() || value.Scalar().empty()) return yaml.error(value, "not the name of a file");
            policy.baseline = (std::filesystem::path(policy.root) / value.Scalar()).lexically_normal().string();
        } else {
            return yaml.unknown(key, "key", {"fail-on", "min-evidence", "baseline"});
        }
        return Unit{};
    });
}

Result<> readExclude(const Yaml& yaml, const YAML::Node& section, triage::Policy& policy) {
    if (!section.IsSequence()) return yaml.error(section, "not a list of paths");
    for (const YAML::Node& path : section) {
        if (!path.IsScalar() || path.Scalar().empty()) return yaml.error(path, "not a path");
        policy.excluded.push_back({path.Scalar(), yaml.placeOf(path)});
    }
    return Unit{};
}

std::string dumpPolicy(const triage::Policy& policy) {
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "rules" << YAML::Value << YAML::BeginMap;
    for (const Rule& rule : rules()) {
        std::string setting = toString(rule.severity);
        for (const triage::RuleSetting& given : policy.rules)
            if (triage::matches(given.rules, rule.id))
                setting = !given.isOn ? "off" : toString(given.severity.value_or(rule.severity));
        out << YAML::Key << std::string(rule.id) << YAML::Value << setting;
    }
    out << YAML::EndMap << YAML::Key << "report" << YAML::Value << YAML::BeginMap;
    out << YAML::Key << "fail-on" << YAML::Value << (policy.failOn.empty() ? "likely" : policy.failOn);
    out << YAML::Key << "min-evidence" << YAML::Value << toString(policy.minEvidence.value_or(Evidence::assumed));
    if (!policy.baseline.empty())
        out << YAML::Key << "baseline" << YAML::Value << relativeTo(policy.root, policy.baseline);
    out << YAML::EndMap << YAML::Key << "exclude" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const triage::ExcludedPath& excluded : policy.excluded) out << excluded.pattern;
    out << YAML::EndSeq << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

}  // namespace raddle::config
