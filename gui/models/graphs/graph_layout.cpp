#include "gui/models/graphs/graph_layout.h"

#include <gvc.h>

#include <memory>
#include <string>

namespace raddle::gui {
namespace {

constexpr double kPointsPerInch = 72;  // Graphviz reckons sizes in inches and places in points

// Graphviz takes names and values as char*, but does not change them.
char* text(const char* constant) {
    return const_cast<char*>(constant);
}

struct Graph {
    GVC_t* context = gvContext();
    Agraph_t* graph = agopen(text("locks"), Agdirected, nullptr);
    bool laidOut = false;

    ~Graph() {
        if (laidOut) gvFreeLayout(context, graph);
        agclose(graph);
        gvFreeContext(context);
    }
};

}  // namespace

GraphLayout layoutGraph(const std::vector<QSizeF>& boxes, const std::vector<std::pair<uint32_t, uint32_t>>& lines) {
    GraphLayout out;
    out.boxes.resize(boxes.size());
    out.lines.resize(lines.size());
    if (boxes.empty()) return out;
    Graph g;
    auto set = [](void* object, const char* name, const std::string& value) {
        agsafeset(object, text(name), text(value.c_str()), text(""));
    };
    set(g.graph, "rankdir", "LR");
    set(g.graph, "nodesep", "0.35");
    set(g.graph, "ranksep", "0.9");
    std::vector<Agnode_t*> nodes;
    for (size_t i = 0; i < boxes.size(); ++i) {
        Agnode_t* node = agnode(g.graph, text(std::to_string(i).c_str()), 1);
        set(node, "shape", "box");
        set(node, "fixedsize", "true");
        set(node, "label", "");
        set(node, "width", std::to_string(boxes[i].width() / kPointsPerInch));
        set(node, "height", std::to_string(boxes[i].height() / kPointsPerInch));
        nodes.push_back(node);
    }
    std::vector<Agedge_t*> edges;
    for (size_t i = 0; i < lines.size(); ++i)
        edges.push_back(
            agedge(g.graph, nodes[lines[i].first], nodes[lines[i].second], text(std::to_string(i).c_str()), 1));
    g.laidOut = gvLayout(g.context, g.graph, "dot") == 0;
    if (!g.laidOut) return out;
    // Graphviz counts upwards.
    boxf around = GD_bb(g.graph);
    auto place = [&](pointf p) { return QPointF(p.x - around.LL.x, around.UR.y - p.y); };
    out.size = {around.UR.x - around.LL.x, around.UR.y - around.LL.y};
    for (size_t i = 0; i < nodes.size(); ++i) {
        QPointF middle = place(ND_coord(nodes[i]));
        out.boxes[i] = QRectF(middle - QPointF(boxes[i].width() / 2, boxes[i].height() / 2), boxes[i]);
    }
    for (size_t i = 0; i < edges.size(); ++i) {
        const splines* curve = ED_spl(edges[i]);
        if (!curve || curve->size == 0) continue;
        const bezier& piece = curve->list[0];
        for (size_t p = 0; p < static_cast<size_t>(piece.size); ++p) out.lines[i].curve.push_back(place(piece.list[p]));
        // The tip of the arrow, which the curve itself stops short of.
        if (piece.eflag) {
            QPointF tip = place(piece.ep), last = out.lines[i].curve.back();
            for (int step = 1; step <= 3; ++step) out.lines[i].curve.push_back(last + (tip - last) * step / 3);
        }
    }
    return out;
}

}  // namespace raddle::gui
