// Baselines: the findings a project had at some time, so that a scan reports only those that came since. A baseline is
// JSON with one finding a line, in a fixed order, so that it is reviewed and merged like source. Findings are told by
// their fingerprints; what else is in an entry is for people. Cost: n log n.
#pragma once

#include <string>
#include <vector>

#include "core/model/report.h"
#include "core/support/result.h"

namespace raddle::triage {

struct BaselineEntry {
    std::string file;  // relative to the folder of the baseline
    std::string function;
    std::string rule;
    std::string fingerprint;
    std::string message;

    auto operator<=>(const BaselineEntry&) const = default;
};

struct Baseline {
    std::vector<BaselineEntry> entries;
};

// Reads a baseline, a report in JSON, or SARIF with raddle's fingerprints. Errors name `file` and the position.
Result<Baseline> parseBaseline(const std::string& text, const std::string& file);
std::string saveBaseline(const Baseline& baseline, const std::string& tool);

// All that is in the report now, whether new or known. Files are named relative to `root`, unless that is empty.
Baseline baselineOf(const Report& report, const std::string& root);

// `baseline` without what `report` no longer has.
Baseline pruned(Baseline baseline, const Report& report);

// Says of each finding whether it is new, settles those that are known, and adds what is absent to the settled ones.
// What an earlier comparison found known stays so.
void compare(Report& report, const Baseline& baseline);

}  // namespace raddle::triage
