// The scan pipeline: from what the user asked for to a report. A straight line of functions from value to value;
// nothing here prints or exits. Cost: that of parsing the files that the cache does not know, in parallel, plus the
// analysis of the whole if anything changed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/report.h"
#include "core/support/result.h"
#include "core/triage/policy.h"

namespace raddle::scan {

// Where what was read is kept for the next scan; see analyzer/cache.
struct CacheOptions {
    std::string folder;
    uint64_t limitBytes = 0;
};

// What a scan took from its cache.
struct CacheUse {
    size_t units = 0;       // that were found
    bool findings = false;  // nothing had changed at all, so that nothing was analysed
};

struct ScanOptions {
    std::string tool;                               // named in the report
    std::string directory;                          // absolute; relative files and the search for a database start here
    std::string buildDirectory;                     // has compile_commands.json; empty: search upwards
    std::vector<std::string> files;                 // or folders; empty: the whole database
    std::optional<std::vector<std::string>> flags;  // compile `files` with these and use no database
    std::string unitsFolder;                        // with what `raddle unit` wrote; nothing is parsed then
    std::string configFile;                         // empty: a .raddle.yaml searched upwards, if there is one
    unsigned jobs = 0;                              // 0: one a processor

    std::string base;  // a revision: only what is new since then is to be looked at; empty: all

    std::optional<CacheOptions> cache;  // none: every file is parsed

    // Called when a file is done, one call at a time, on any thread.
    std::function<void(size_t done, size_t total, const std::string& file)> progress;
    std::function<void(const triage::Policy&)> configured;  // called once, with what the configuration says of findings
    std::function<void(std::string_view stage)> stage;      // called when one begins: "parse", "link", "points-to", …
    std::function<void(const CacheUse&)> cacheUsed;
    const std::atomic<bool>* cancel = nullptr;  // looked at between files
};

inline constexpr const char* kInterrupted = "interrupted";

// Files that do not parse are in the report's coverage. An Error is bad input, or kInterrupted after `cancel`.
Result<Report> scan(const ScanOptions& options);

}  // namespace raddle::scan
