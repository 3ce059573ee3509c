// Joined: what a recording says of the scanner's findings: whether it happened, could have happened in this run, or its
// code did not even run. A finding is confirmed when something recorded names the same code, exercised when its
// functions ran. O(findings × recorded findings + events + stacks × depth).
#pragma once

#include <QString>
#include <vector>

#include "core/model/finding.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

enum class Joined {
    none,          // no recording, or it is not about a scanner's finding
    confirmed,     // it happened in the run
    predicted,     // the run shows that it could
    exercised,     // its code ran
    notExercised,  // its code did not run
    unknown        // the recording does not tell: it has neither calls nor samples of the functions
};

const char* joinedName(Joined joined);  // "confirmed by the run", …; empty for none

// One for each finding. The first `scanned` are the scanner's, the others are what was recorded.
std::vector<Joined> joinFindings(const trace::Timeline& timeline, const std::vector<Finding>& findings, size_t scanned);

}  // namespace raddle::gui
