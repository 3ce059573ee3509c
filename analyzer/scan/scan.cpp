#include "analyzer/scan/scan.h"

#include "analyzer/check/checks.h"
#include "analyzer/facts/facts.h"
#include "analyzer/link/program.h"
#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"

namespace raddle::scan {
namespace {

Coverage coverageOf(Selection selection, std::vector<FailedFile> failed, const facts::Facts& facts) {
    Coverage coverage;
    coverage.files = selection.commands.size();
    coverage.failed = std::move(failed);
    coverage.functions = facts.program->functions.size();
    coverage.calls = facts.calls;
    coverage.unresolvedCalls = facts.unresolvedCalls;
    for (const facts::Thread& thread : facts.threads) coverage.threads += thread.kind != facts::ThreadKind::staticInit;
    coverage.notes = std::move(selection.notes);
    coverage.notes.insert(coverage.notes.end(), facts.program->opaque.begin(), facts.program->opaque.end());
    coverage.notes.insert(coverage.notes.end(), facts.notes.begin(), facts.notes.end());
    return coverage;
}

}  // namespace

Result<Report> scan(const ScanOptions& options) {
    Selection selection = TRY(selectCommands(options));
    const config::Config config = TRY(findConfig(options, selection));
    const auto begin = [&](std::string_view stage) {
        if (options.stage) options.stage(stage);
    };
    begin("parse");
    Units units = readUnits(selection.commands, options,
                            [&](const lower::CompileCommand& command) { return readUnit(command, config.models); });
    if (units.interrupted) return Error{kInterrupted};
    begin("link");
    const link::Program program = link::link(std::move(units.units));
    const facts::Facts facts = facts::computeFacts(program, options.stage);
    begin("checks");
    Report report;
    report.tool = options.tool;
    report.findings = check::runChecks(facts);
    report.coverage = coverageOf(std::move(selection), std::move(units.failed), facts);
    begin("done");
    return report;
}

}  // namespace raddle::scan
