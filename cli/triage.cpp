#include "cli/triage.h"

#include <filesystem>

#include "core/support/file_system.h"
#include "core/triage/baseline.h"

namespace raddle::cli {
namespace {

namespace fs = std::filesystem;

// What files that failed would have had is not known, so nothing of the baseline is given up for their sake.
bool isIncomplete(const Report& report) {
    return !report.coverage.failed.empty();
}

void keepAbsent(triage::Baseline& baseline, const triage::Baseline& before, const Report& report) {
    for (const Finding& finding : report.settled)
        if (finding.novelty == Novelty::absent)
            for (const triage::BaselineEntry& entry : before.entries)
                if (entry.fingerprint == finding.fingerprint) baseline.entries.push_back(entry);
}

}  // namespace

void addTriage(CLI::App& app, TriageOptions& options) {
    CLI::Option* baseline =
        app.add_option("--baseline", options.baseline,
                       "report only what is not in FILE: a baseline, or an earlier report in JSON or SARIF")
            ->type_name("FILE");
    CLI::Option* update =
        app.add_flag("--update-baseline", options.update, "write all that is found to the baseline; it is known then")
            ->needs(baseline);
    app.add_flag("--prune-baseline", options.prune, "take what is no longer found out of the baseline")
        ->needs(baseline)
        ->excludes(update);
}

Result<> settle(Report& report, const TriageOptions& options, const std::string& folder) {
    if (options.baseline.empty()) return Unit{};
    std::error_code error;
    triage::Baseline before;
    if (!options.update || fs::exists(options.baseline, error)) {
        const std::string text = TRY(readFile(options.baseline));
        before = TRY(triage::parseBaseline(text, options.baseline));
    }
    triage::compare(report, before);
    if (options.prune && isIncomplete(report)) {
        report.coverage.notes.push_back("the baseline was not pruned, because files failed");
    } else if (options.prune) {
        return writeFile(options.baseline, saveBaseline(pruned(before, report), report.tool));
    }
    if (!options.update) return Unit{};
    const std::string root = fs::weakly_canonical(fs::path(folder) / options.baseline, error).parent_path().string();
    triage::Baseline now = triage::baselineOf(report, root);
    if (isIncomplete(report)) keepAbsent(now, before, report);
    TRY(writeFile(options.baseline, saveBaseline(now, report.tool)));
    triage::compare(report, now);
    return Unit{};
}

}  // namespace raddle::cli
