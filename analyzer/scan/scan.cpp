#include "analyzer/scan/scan.h"

#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"

namespace raddle::scan {
namespace {

Coverage coverageOf(const Selection& selection, const Units& units) {
    Coverage coverage;
    coverage.files = selection.commands.size();
    coverage.failed = units.failed;
    coverage.notes = selection.notes;
    for (const ir::Unit& unit : units.units) {
        coverage.functions += unit.functions.size();
        coverage.notes.insert(coverage.notes.end(), unit.opaque.begin(), unit.opaque.end());
        for (const ir::Function& function : unit.functions)
            for (const ir::Block& block : function.blocks)
                for (const ir::Op& op : block.ops) coverage.calls += op.kind == ir::OpKind::call;
    }
    return coverage;
}

}  // namespace

Result<Report> scan(const ScanOptions& options) {
    Selection selection = TRY(selectCommands(options));
    Units units = readUnits(selection.commands, options, readUnit);
    if (units.interrupted) return Error{kInterrupted};
    Report report;
    report.tool = options.tool;
    report.coverage = coverageOf(selection, units);
    return report;
}

}  // namespace raddle::scan
