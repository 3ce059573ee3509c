// Comments in the source that say that a finding is all right:
//
//     hits++;  // raddle: allow race-unprotected-access -- a statistic, need not be exact
//     // raddle: allow deadlock-lock-order -- only at start-up, until 2027-01-31
//     lockBoth(a, b);
//     hits++;  // NOLINT(raddle-race-unprotected-access)
//
// One holds for its own line; alone on its line, for the next that is neither empty nor a comment. After the date it
// holds no more. NOLINT, NOLINTNEXTLINE and NOLINTBEGIN … NOLINTEND do what they do for clang-tidy, for names that
// begin with `raddle-`. Cost: that of reading the files once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/report.h"

namespace raddle::triage {

struct Allowance {
    SourceLocation at;
    std::vector<std::string> rules;  // ids, also with wildcards
    std::string reason;
    std::string until;       // "2027-01-31"; empty: for ever
    uint32_t firstLine = 0;  // where findings are allowed
    uint32_t lastLine = 0;
};

// Those in the text of a file. What is wrong with them goes to `remarks`.
std::vector<Allowance> findAllowances(std::string_view text, const std::string& file, std::vector<Remark>& remarks);

struct SuppressionOptions {
    std::vector<std::string> files;  // to look for comments in, beside those that findings are in
    std::string today;               // "2026-11-21"
    bool complete = true;            // all was scanned, so that what allows nothing is not needed
};

// Settles the findings that are allowed where they are shown or where one of their threads ends. Remarks tell which
// comments are wrong, expired, allow too much or nothing.
void suppress(Report& report, const SuppressionOptions& options);

}  // namespace raddle::triage
