#include "gui/models/graphs/flame_layout.h"

#include <algorithm>

namespace raddle::gui {
namespace {

constexpr double kNarrowest = 1;  // pixels

}  // namespace

FlameLayout layoutFlame(const FlameTree& tree, uint32_t zoomed, double width) {
    FlameLayout layout;
    if (tree.nodes.empty() || zoomed >= tree.nodes.size()) return layout;
    std::vector<uint32_t> callers;
    for (uint32_t at = tree.nodes[zoomed].parent; at != FlameNode::kNone; at = tree.nodes[at].parent)
        callers.push_back(at);
    uint32_t depth = 0;
    for (auto at = callers.rbegin(); at != callers.rend(); ++at) layout.boxes.push_back({*at, depth++, 0, width, true});
    size_t row = layout.boxes.size();
    layout.boxes.push_back({zoomed, depth, 0, width, false});
    double perNs = width / static_cast<double>(std::max<int64_t>(tree.nodes[zoomed].totalNs, 1));
    // A row at a time: children of the boxes of the row above, from left to right.
    while (row < layout.boxes.size()) {
        size_t end = layout.boxes.size();
        ++depth;
        for (; row < end; ++row) {
            const FlameNode& node = tree.nodes[layout.boxes[row].node];
            double x = layout.boxes[row].left;
            for (uint32_t c = node.firstChild; c < node.firstChild + node.children; ++c) {
                double right = x + static_cast<double>(tree.nodes[c].totalNs) * perNs;
                if (right - x < kNarrowest) break;  // the rest is smaller still
                layout.boxes.push_back({c, depth, x, right, false});
                x = right;
            }
        }
    }
    layout.rows = layout.boxes.back().depth + 1;
    return layout;
}

size_t boxAt(const FlameLayout& layout, uint32_t depth, double x) {
    auto row = std::lower_bound(layout.boxes.begin(), layout.boxes.end(), depth,
                                [](const FlameBox& box, uint32_t d) { return box.depth < d; });
    for (; row != layout.boxes.end() && row->depth == depth && row->left <= x; ++row)
        if (x < row->right) return static_cast<size_t>(row - layout.boxes.begin());
    return SIZE_MAX;
}

}  // namespace raddle::gui
