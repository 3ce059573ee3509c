// Draws the timeline's rows into an image: states, holds, calls, lock rows, names inside wide boxes. Boxes and
// columns are written as pixels, not as paths, so a frame costs what it shows: rows × pixels.
#pragma once

#include <QFont>
#include <QImage>

#include "gui/models/base/theme.h"
#include "gui/models/session/session.h"
#include "gui/models/timeline/timeline_layout.h"

namespace raddle::gui {

struct TimelineFrame {
    TimeView view;      // width in device pixels
    double scroll = 0;  // of the content, in logical pixels
    double ratio = 1;   // device pixels for a logical one
    QSize size;         // of the row area, logical
    QFont font;
    SelectionState selection;
    unsigned hiddenStates = 0;  // bit by State: drawn as if running
};

// Rows that intersect the frame, over the theme's card colour.
QImage paintRows(const Recording& recording, const RowLayout& layout, const TimelineFrame& frame, const Theme& theme);

// How many threads ran, over the whole recording, as a filled curve with a dashed line at the mean.
void drawRunning(QPainter& painter, const QRectF& box, const Recording& recording, const Theme& theme);

}  // namespace raddle::gui
