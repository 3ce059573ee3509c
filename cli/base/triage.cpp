#include "cli/base/triage.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "core/support/file_system.h"
#include "core/triage/baseline.h"
#include "core/triage/suppressions.h"

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

// Dates compare as text. SOURCE_DATE_EPOCH stands for now where results must be the same again.
std::string today() {
    std::time_t now = std::time(nullptr);
    if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) now = std::strtoll(epoch, nullptr, 10);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return text;
}

// One that is to be written need not be there yet.
Result<triage::Baseline> readBaseline(const TriageOptions& options) {
    std::error_code error;
    if (options.update && !fs::exists(options.baseline, error)) return triage::Baseline{};
    const std::string text = TRY(readFile(options.baseline));
    return triage::parseBaseline(text, options.baseline);
}

Result<> compareWithBaseline(Report& report, const TriageOptions& options, const std::string& folder) {
    if (options.baseline.empty() && (options.update || options.prune))
        return Error{"--update-baseline and --prune-baseline need --baseline FILE"};
    if (options.baseline.empty()) return Unit{};
    const triage::Baseline before = TRY(readBaseline(options));
    triage::compare(report, before);
    if (options.prune && isIncomplete(report)) {
        report.coverage.notes.push_back("the baseline was not pruned, because files failed");
    } else if (options.prune) {
        return writeFile(options.baseline, saveBaseline(pruned(before, report), report.tool));
    }
    if (!options.update) return Unit{};
    std::error_code error;
    const std::string root = fs::weakly_canonical(fs::path(folder) / options.baseline, error).parent_path().string();
    triage::Baseline now = triage::baselineOf(report, root);
    if (isIncomplete(report)) keepAbsent(now, before, report);
    TRY(writeFile(options.baseline, saveBaseline(now, report.tool)));
    triage::compare(report, now);
    return Unit{};
}

}  // namespace

void addTriage(CLI::App& app, TriageOptions& options) {
    app.add_option("--baseline", options.baseline,
                   "report only what is not in FILE: a baseline, or an earlier report in JSON or SARIF")
        ->type_name("FILE");
    app.add_option("--diff", options.base,
                   "report only what is new since this git revision, wherever it shows: the program is analysed as it "
                   "was where both parted, too")
        ->type_name("REVISION");
    CLI::Option* update =
        app.add_flag("--update-baseline", options.update, "write all that is found to the baseline; it is known then");
    app.add_flag("--prune-baseline", options.prune, "take what is no longer found out of the baseline")
        ->excludes(update);
}

Result<> checkBaseline(const TriageOptions& options) {
    if (options.baseline.empty()) return Unit{};
    TRY(readBaseline(options));
    if (options.update || options.prune) return checkWritable(options.baseline);
    return Unit{};
}

Result<> settle(Report& report, const triage::Policy& policy, const TriageOptions& options, const std::string& folder,
                Completeness completeness) {
    triage::apply(report, policy);
    triage::suppress(
        report, {report.coverage.sources, today(), completeness == Completeness::complete && !isIncomplete(report)});
    return compareWithBaseline(report, options, folder);
}

}  // namespace raddle::cli
