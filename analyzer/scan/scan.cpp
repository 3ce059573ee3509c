#include "analyzer/scan/scan.h"

#include "analyzer/link/program.h"
#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"

namespace raddle::scan {
namespace {

uint64_t countCalls(const link::Program& program) {
    uint64_t calls = 0;
    for (const ir::Function& function : program.functions)
        for (const ir::Block& block : function.blocks)
            for (const ir::Op& op : block.ops) calls += op.kind == ir::OpKind::call;
    return calls;
}

Coverage coverageOf(Selection selection, std::vector<FailedFile> failed, const link::Program& program) {
    Coverage coverage;
    coverage.files = selection.commands.size();
    coverage.failed = std::move(failed);
    coverage.functions = program.functions.size();
    coverage.calls = countCalls(program);
    coverage.notes = std::move(selection.notes);
    coverage.notes.insert(coverage.notes.end(), program.opaque.begin(), program.opaque.end());
    return coverage;
}

}  // namespace

Result<Report> scan(const ScanOptions& options) {
    Selection selection = TRY(selectCommands(options));
    Units units = readUnits(selection.commands, options, readUnit);
    if (units.interrupted) return Error{kInterrupted};
    link::Program program = link::link(std::move(units.units));
    Report report;
    report.tool = options.tool;
    report.coverage = coverageOf(std::move(selection), std::move(units.failed), program);
    return report;
}

}  // namespace raddle::scan
