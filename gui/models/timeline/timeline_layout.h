// The timeline's geometry: which rows there are, where their strips lie, what lies under the mouse. Pure: from
// index and view to rectangles in pixels; painting only fills them. Rows cost O(threads), a strip O(pixels).
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "gui/models/recording/timeline_index.h"
#include "gui/models/session/selection.h"
#include "trace/tables/summary.h"

namespace raddle::gui {

enum class StripKind { state, hold, call, sample, region, lockHeld, lockWaiting };

struct Strip {
    StripKind kind = StripKind::state;
    uint32_t lane = 0;  // of holds and regions; depth of calls
    double top = 0;     // from the top of the content, not of the row
    double height = 0;
};

enum class RowKind { heading, thread, lock };

struct Row {
    RowKind kind = RowKind::thread;
    uint32_t id = 0;  // ThreadId's or LockId's value
    double top = 0;
    double height = 0;
    std::vector<Strip> strips;
};

struct RowOptions {
    bool statesOnly = false;  // a line a thread, no locks
    bool holds = true;
    uint32_t callDepth = 6;  // deepest shown
    uint32_t lockRows = 8;   // locks shown under the threads: most waited for; three most held when none was waited for
    double scale = 1;        // of the font against the default
};

struct RowLayout {
    std::vector<Row> rows;
    double height = 0;
    bool compact = false;  // many threads: one line of text a row
};

RowLayout layoutRows(const TimelineIndex& index, const trace::Summary& summary, const RowOptions& options);

// The track a strip draws; never null for a strip of layoutRows() over the same index.
const SpanTrack* trackOf(const TimelineIndex& index, const Row& row, const Strip& strip);

struct Hit {
    const Row* row = nullptr;      // null: between or below the rows
    const Strip* strip = nullptr;  // null: in the row, on none of its strips
    const Span* span = nullptr;    // null: nothing at that time, as a running thread
};

// `y` counts from the top of the content. A span narrower than two pixels is hit by its neighbours' pixels too.
Hit hitTest(const TimelineIndex& index, const RowLayout& layout, const TimeView& view, double x, double y);

// Where the ruler has its lines: round times, at least `minPixels` apart, and how to write them.
struct Tick {
    double x = 0;
    QString text;
};
std::vector<Tick> rulerTicks(const TimeView& view, double minPixels);

// The view zoomed by `factor` (below 1: closer) around pixel `x`, or moved by pixels; always inside the
// recording and never narrower than 50 ns.
TimeView zoomed(const TimeView& view, double factor, double x, int64_t durationNs);
TimeView panned(const TimeView& view, double pixels, int64_t durationNs);
TimeView showing(int64_t beginNs, int64_t endNs, int width, int64_t durationNs);

// The lock wait after (direction 1) or before (-1) the selected one, else after the middle of the view; only
// those of the selected lock and threads, where some are selected. Nothing at either end.
std::optional<EventRef> stepWait(const trace::Timeline& timeline, const TimelineIndex& index,
                                 const SelectionState& selection, const TimeView& view, int direction);

}  // namespace raddle::gui
