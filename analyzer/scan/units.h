// Files to units, in parallel.
#pragma once

#include <functional>
#include <vector>

#include "analyzer/ir/ir.h"
#include "analyzer/lower/lower.h"
#include "analyzer/scan/scan.h"
#include "core/model/report.h"
#include "core/support/result.h"

namespace raddle::scan {

// Lowers a source file, or parses it when it is CIR text (.ir).
Result<ir::Unit> readUnit(const lower::CompileCommand& command, const models::Library& models);

struct Units {
    std::vector<ir::Unit> units;     // in the order of the commands, whatever the number of jobs
    std::vector<FailedFile> failed;  // in the same order; one read in part is in both
    bool interrupted = false;
};

using ReadUnit = std::function<Result<ir::Unit>(const lower::CompileCommand&)>;

// Runs `read` on each command on up to options.jobs threads; obeys options.progress and options.cancel.
Units readUnits(const std::vector<lower::CompileCommand>& commands, const ScanOptions& options, const ReadUnit& read);

}  // namespace raddle::scan
