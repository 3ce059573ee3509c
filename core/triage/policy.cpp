#include "core/triage/policy.h"

#include <algorithm>

#include "core/support/paths.h"
#include "core/triage/pattern.h"
#include "core/triage/places.h"

namespace raddle::triage {
namespace {

const RuleSetting* settingFor(const Policy& policy, const std::string& rule) {
    const auto found = std::find_if(policy.rules.rbegin(), policy.rules.rend(),
                                    [&](const RuleSetting& setting) { return matches(setting.rules, rule); });
    return found == policy.rules.rend() ? nullptr : &*found;
}

const ExcludedPath* exclusionOf(const Policy& policy, const std::string& file) {
    const std::string path = relativeTo(policy.root, file);
    const auto found = std::find_if(policy.excluded.begin(), policy.excluded.end(),
                                    [&](const ExcludedPath& excluded) { return matchesPath(excluded.pattern, path); });
    return found == policy.excluded.end() ? nullptr : &*found;
}

std::optional<Suppression> judge(Finding& finding, const Policy& policy) {
    if (const RuleSetting* setting = settingFor(policy, finding.rule)) {
        if (!setting->isOn) return Suppression{Suppression::By::configuration, "the rule is off", setting->at};
        if (setting->severity) finding.severity = *setting->severity;
    }
    const ExcludedPath* first = nullptr;
    for (const SourceLocation& at : placesOf(finding)) {
        const ExcludedPath* excluded = exclusionOf(policy, at.file);
        if (!excluded) return std::nullopt;
        if (!first) first = excluded;
    }
    if (!first) return std::nullopt;
    return Suppression{Suppression::By::configuration, "in " + first->pattern + ", which is excluded", first->at};
}

}  // namespace

void apply(Report& report, const Policy& policy) {
    std::vector<Finding> kept;
    for (Finding& finding : report.findings) {
        finding.suppression = judge(finding, policy);
        (finding.suppression ? report.settled : kept).push_back(std::move(finding));
    }
    report.findings = std::move(kept);
}

}  // namespace raddle::triage
