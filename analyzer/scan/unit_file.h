// Units as files, for a build system or a cluster that runs the front end: `raddle unit` writes one, `raddle scan
// --units` reads a folder of them. One that stands for a file that could not be read says why.
#pragma once

#include <string>
#include <vector>

#include "analyzer/inputs/inputs.h"
#include "analyzer/ir/ir.h"
#include "analyzer/lower/lower.h"
#include "analyzer/scan/scan.h"
#include "core/support/result.h"

namespace raddle::scan {

inline constexpr const char* kUnitExtension = ".unit";

std::string encodeUnit(const Result<ir::Unit>& unit, const std::string& sourceFile);

// For Make and Ninja: `target` depends on every file that was read, and on `more` where it is not empty.
std::string depfile(const std::string& target, const inputs::Record& record, const std::string& more);

struct UnitFiles {
    std::vector<lower::CompileCommand> commands;  // only the source file is known, in the order of those
    std::vector<Result<ir::Unit>> units;
};

// All files of options.unitsFolder, however deep, that end in kUnitExtension. One that is damaged, and two of the same
// source, are an Error.
Result<UnitFiles> readUnitFiles(const ScanOptions& options);

}  // namespace raddle::scan
