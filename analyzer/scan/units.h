// Files to units, in parallel, through the cache where there is one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "analyzer/cache/unit_cache.h"
#include "analyzer/inputs/inputs.h"
#include "analyzer/ir/ir.h"
#include "analyzer/lower/lower.h"
#include "analyzer/scan/base_revision.h"
#include "analyzer/scan/scan.h"
#include "core/model/report.h"
#include "core/support/result.h"

namespace raddle::scan {

// Lowers a source file, or parses it when it is CIR text (.ir). Errors name files with their folder.
lower::Lowered readUnit(const lower::CompileCommand& command, const models::Library& models, inputs::Disk& disk);
Result<ir::Unit> readUnit(const lower::CompileCommand& command, const models::Library& models);

struct Units {
    std::vector<ir::Unit> units;     // in the order of the commands, whatever the number of jobs
    std::vector<FailedFile> failed;  // in the same order; one read in part is in both
    bool interrupted = false;
};

// Gives the unit of the command of that number; called on several threads.
using ReadUnit = std::function<Result<ir::Unit>(size_t index)>;

// Runs `read` for each command on up to options.jobs threads; obeys options.progress and options.cancel.
Units readUnits(const std::vector<lower::CompileCommand>& commands, const ScanOptions& options, const ReadUnit& read);

// The units of a scan, taken from the cache or read and put there. One object a scan.
class UnitSource {
  public:
    // Without options.cache everything is read. `meaning`: see cache::UnitCache. The references must outlive it.
    UnitSource(const ScanOptions& options, const std::vector<lower::CompileCommand>& commands,
               const models::Library& models, std::string_view meaning);

    // Reads them as if these files were as they once were. Before anything else.
    void pretend(const std::vector<EarlierFile>& files);

    // What kept under the same units, all of them known without parsing one; none when any is not.
    std::optional<Report> knownReport();
    Units read();
    // For knownReport() of the next scan; after read(). The report must depend on the units alone.
    void keepReport(const Report& report);

    // Bounds the size of the cache. What went wrong with it, one line each.
    std::vector<std::string> finish();
    size_t found() const { return found_; }

  private:
    Result<ir::Unit> readOne(size_t index);
    std::optional<cache::Digest> reportKey() const;

    const ScanOptions& options_;
    const std::vector<lower::CompileCommand>& commands_;
    const models::Library& models_;
    inputs::Disk disk_;
    std::optional<cache::Store> store_;
    std::optional<cache::UnitCache> cache_;
    std::vector<std::optional<cache::Digest>> keys_;  // of the commands' units, as far as known
    std::atomic<size_t> found_ = 0;
};

}  // namespace raddle::scan
