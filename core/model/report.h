// Report: what one scan found and what it could not see.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/finding.h"

namespace raddle {

inline constexpr int kReportVersion = 1;

struct FailedFile {
    std::string file;
    std::string error;  // first error, one line

    bool operator==(const FailedFile&) const = default;
};

// What is wrong with what a project says about its findings: comments that allow nothing, and the like.
struct Remark {
    SourceLocation at;
    std::string message;

    auto operator<=>(const Remark&) const = default;
};

struct Coverage {
    uint64_t files = 0;                // translation units asked for
    std::vector<FailedFile> failed;    // those that did not parse
    uint64_t functions = 0;            // function bodies analysed
    uint64_t calls = 0;                // call sites in them
    uint64_t unresolvedCalls = 0;      // call sites through pointers with no known target
    uint64_t threads = 0;              // abstract threads found, the main thread included
    std::vector<std::string> notes;    // what else was cut short or taken as opaque, one line each
    std::vector<std::string> sources;  // files that the functions are in

    bool operator==(const Coverage&) const = default;
};

struct Report {
    std::string tool;               // "raddle 0.1.0"
    std::vector<Finding> findings;  // to be looked at
    std::vector<Finding> settled;   // known, absent or suppressed: nobody needs to
    std::vector<Remark> remarks;
    Coverage coverage;

    bool operator==(const Report&) const = default;
};

}  // namespace raddle
