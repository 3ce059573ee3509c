#include "analyzer/scan/scan.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "analyzer/check/checks.h"
#include "analyzer/facts/compute.h"
#include "analyzer/link/program.h"
#include "analyzer/scan/base_revision.h"
#include "analyzer/scan/entry_points.h"
#include "analyzer/scan/select.h"
#include "analyzer/scan/unit_file.h"
#include "analyzer/scan/units.h"
#include "core/triage/baseline.h"

namespace raddle::scan {
namespace {

std::vector<std::string> sourcesOf(const link::Program& program) {
    std::set<std::string> files;
    for (const ir::Function& function : program.functions) files.insert(program.text(function.at.file));
    files.erase("");
    return {files.begin(), files.end()};
}

Coverage coverageOf(const Selection& selection, std::vector<FailedFile> failed, const facts::Facts& facts) {
    Coverage coverage;
    coverage.files = selection.commands.size();
    coverage.failed = std::move(failed);
    coverage.functions = facts.program->functions.size();
    coverage.calls = facts.calls;
    coverage.unresolvedCalls = facts.unresolvedCalls;
    for (const facts::Thread& thread : facts.threads) coverage.threads += thread.kind != facts::ThreadKind::staticInit;
    coverage.sources = sourcesOf(*facts.program);
    coverage.notes = facts.program->opaque;
    coverage.notes.insert(coverage.notes.end(), facts.notes.begin(), facts.notes.end());
    return coverage;
}

using Begin = std::function<void(std::string_view)>;

// What the units alone tell.
Report analyse(Units units, const Selection& selection, const config::Config& config, const Begin& begin) {
    begin("link");
    link::Program program = link::link(std::move(units.units));
    const std::vector<std::string> notes = limitEntryPoints(program, config.entryPoints);
    const facts::Facts facts = facts::computeFacts(program, begin);
    begin("checks");
    Report report;
    report.findings = check::runChecks(facts);
    report.coverage = coverageOf(selection, std::move(units.failed), facts);
    report.coverage.notes.insert(report.coverage.notes.end(), notes.begin(), notes.end());
    return report;
}

// What is found with the commands: the cache may know it.
Result<Report> reportOf(const ScanOptions& options, const Selection& selection, const config::Config& config,
                        const std::vector<EarlierFile>& instead, const Begin& begin) {
    begin("parse");
    UnitSource source(options, selection.commands, config.models, config.text);
    source.pretend(instead);
    std::optional<Report> report = source.knownReport();
    const bool known = report.has_value();
    if (!known) {
        Units units = source.read();
        if (units.interrupted) return Error{kInterrupted};
        report = analyse(std::move(units), selection, config, begin);
        begin("cache");
        source.keepReport(*report);
    }
    const std::vector<std::string> trouble = source.finish();
    report->coverage.notes.insert(report->coverage.notes.end(), trouble.begin(), trouble.end());
    if (options.cacheUsed) options.cacheUsed({source.found(), known});
    return std::move(*report);
}

// Settles what was there at options.base already, by the same analysis of the program as it was then.
Result<> compareWithBase(Report& report, const ScanOptions& options, Selection selection, const config::Config& config,
                         const Begin& begin) {
    const std::string folder = std::filesystem::path(selection.commands.front().file).parent_path().string();
    const BaseRevision base = TRY(readBase(folder, options.base));
    std::erase_if(selection.commands, [&](const lower::CompileCommand& command) {
        const auto isIt = [&](const EarlierFile& file) { return !file.content && file.path == command.file; };
        return std::any_of(base.files.begin(), base.files.end(), isIt);
    });
    Report then;
    if (!selection.commands.empty()) then = TRY(reportOf(options, selection, config, base.files, begin));
    triage::compare(report, triage::baselineOf(then, {}));
    const auto failedNow = [&](const FailedFile& file) {
        return std::any_of(report.coverage.failed.begin(), report.coverage.failed.end(),
                           [&](const FailedFile& now) { return now.file == file.file; });
    };
    std::erase_if(then.coverage.failed, failedNow);
    if (!then.coverage.failed.empty())
        report.coverage.notes.push_back(then.coverage.failed[0].file + " and what else did not parse as of " +
                                        options.base + ": all that is found there now counts as new");
    return Unit{};
}

// With what it says besides the units.
Report finished(Report report, const ScanOptions& options, const Selection& selection) {
    report.tool = options.tool;
    std::vector<std::string>& notes = report.coverage.notes;
    notes.insert(notes.begin(), selection.notes.begin(), selection.notes.end());
    return report;
}

Result<Report> scanUnits(const ScanOptions& options, const Begin& begin) {
    if (options.flags || !options.files.empty() || !options.buildDirectory.empty())
        return Error{"units (--units) are scanned as they are: no files, flags or database beside them"};
    begin("parse");
    UnitFiles files = TRY(readUnitFiles(options));
    Selection selection;
    selection.commands = files.commands;
    const config::Config config = TRY(findConfig(options, selection));  // it was used where the units were made
    if (options.configured) options.configured(config.policy);
    Units units = readUnits(files.commands, options, [&](size_t i) { return std::move(files.units[i]); });
    if (units.interrupted) return Error{kInterrupted};
    Report report = analyse(std::move(units), selection, config, begin);
    begin("done");
    return finished(std::move(report), options, selection);
}

}  // namespace

Result<Report> scan(const ScanOptions& options) {
    const Begin begin = [&](std::string_view stage) {
        if (options.stage) options.stage(stage);
    };
    if (!options.unitsFolder.empty() && !options.base.empty())
        return Error{"units (--units) are of one state: nothing to compare them with"};
    if (!options.unitsFolder.empty()) return scanUnits(options, begin);
    Selection selection = TRY(selectCommands(options));
    // Where facts are cut short it matters what comes first: that must not hang on the order of a database.
    std::sort(selection.commands.begin(), selection.commands.end(), [](const auto& a, const auto& b) {
        return std::tie(a.file, a.directory, a.arguments) < std::tie(b.file, b.directory, b.arguments);
    });
    const config::Config config = TRY(findConfig(options, selection));
    if (options.configured) options.configured(config.policy);
    Report report = TRY(reportOf(options, selection, config, {}, begin));
    report = finished(std::move(report), options, selection);
    if (!options.base.empty()) TRY(compareWithBase(report, options, selection, config, begin));
    begin("done");
    return report;
}

}  // namespace raddle::scan
