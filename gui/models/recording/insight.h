// Insight: why a recording took as long as it did, worked out once in the background after it is open: the analyses,
// the answers made of them and what they predict.
#pragma once

#include "core/model/finding.h"
#include "gui/models/base/span_track.h"
#include "trace/analysis/analysis.h"
#include "trace/answers/answers.h"
#include "trace/tables/lock_spread.h"

namespace raddle::gui {

struct Insight {
    trace::Analysis analysis;
    std::vector<trace::Answer> answers;
    std::vector<trace::LockSpread> spreads;  // by LockId
    std::vector<Finding> inversions;         // one for each of analysis.order.inversions
    std::vector<SpanTrack> path;             // by thread: when the critical path runs through it; item: into its parts
};

Insight insightInto(const trace::Timeline& timeline, const trace::Summary& summary);

}  // namespace raddle::gui
