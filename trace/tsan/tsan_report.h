// What ThreadSanitizer reported once, however it came to us (events of a recording, a log), and the finding that
// it is. Names are as they are to be shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/finding.h"

namespace raddle::tsan {

// One thread's part: an access, or a lock that it takes.
struct Story {
    std::string deed;    // "write of 4 bytes", "acquires `b` holding `a`"
    std::string thread;  // "main", "worker (1234)"; empty when unknown
    SourceLocation spawnedAt;
    std::vector<std::string> locks;      // held at that time
    std::vector<FindingLocation> stack;  // outermost call first

    bool operator==(const Story&) const = default;
};

struct TsanReport {
    std::string kind;            // as __tsan_get_report_data names it: "data-race", "lock-order-inversion", …
    std::string memory;          // what is accessed, for the message: "`counter`", "a heap block of 40 bytes"
    std::vector<Story> stories;  // the later access first
    std::vector<std::string> notes;

    bool operator==(const TsanReport&) const = default;
};

// Kinds that no rule is about (such as calls in signal handlers that are not safe there) become notes of the
// report instead: then the finding's rule is empty and its message says what it is.
Finding toFinding(const TsanReport& report);

// The findings of several reports in order, the same one once (with its number in `why`); what no rule is about is
// added to `notes`.
std::vector<Finding> toFindings(const std::vector<TsanReport>& reports, std::vector<std::string>& notes);

}  // namespace raddle::tsan
