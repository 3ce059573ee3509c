#include "analyzer/scan/scan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "analyzer/check/checks.h"
#include "analyzer/facts/facts.h"
#include "analyzer/link/program.h"
#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"

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

// What the units alone tell.
Report analyse(Units units, const Selection& selection, const std::function<void(std::string_view)>& begin) {
    begin("link");
    const link::Program program = link::link(std::move(units.units));
    const facts::Facts facts = facts::computeFacts(program, begin);
    begin("checks");
    Report report;
    report.findings = check::runChecks(facts);
    report.coverage = coverageOf(selection, std::move(units.failed), facts);
    return report;
}

}  // namespace

Result<Report> scan(const ScanOptions& options) {
    Selection selection = TRY(selectCommands(options));
    const config::Config config = TRY(findConfig(options, selection));
    // Where facts are cut short it matters what comes first: that must not hang on the order of a database.
    std::sort(selection.commands.begin(), selection.commands.end(), [](const auto& a, const auto& b) {
        return std::tie(a.file, a.directory, a.arguments) < std::tie(b.file, b.directory, b.arguments);
    });
    const auto begin = [&](std::string_view stage) {
        if (options.stage) options.stage(stage);
    };
    if (options.configured) options.configured(config.policy);
    begin("parse");
    UnitSource source(options, selection.commands, config.models, config.text);
    std::optional<Report> report = source.knownReport();
    const bool known = report.has_value();
    if (!known) {
        Units units = source.read();
        if (units.interrupted) return Error{kInterrupted};
        report = analyse(std::move(units), selection, begin);
        begin("cache");
        source.keepReport(*report);
    }
    report->tool = options.tool;
    std::vector<std::string>& notes = report->coverage.notes;
    notes.insert(notes.begin(), selection.notes.begin(), selection.notes.end());
    const std::vector<std::string> trouble = source.finish();
    notes.insert(notes.end(), trouble.begin(), trouble.end());
    if (options.cacheUsed) options.cacheUsed({source.found(), known});
    begin("done");
    return std::move(*report);
}

}  // namespace raddle::scan
