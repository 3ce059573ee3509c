// Places the boxes of a directed graph and the curves between them, in layers from left to right, by Graphviz's dot
// (Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs", 1993). Not to be called from two
// threads at once. Milliseconds for some hundred boxes.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <vector>

namespace raddle::gui {

struct GraphLine {
    std::vector<QPointF> curve;  // a start, then three points for each Bézier piece; towards the arrow's head
};

struct GraphLayout {
    QSizeF size;
    std::vector<QRectF> boxes;     // in the order given
    std::vector<GraphLine> lines;  // in the order given
};

GraphLayout layoutGraph(const std::vector<QSizeF>& boxes, const std::vector<std::pair<uint32_t, uint32_t>>& lines);

}  // namespace raddle::gui
