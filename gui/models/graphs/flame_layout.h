// The flame graph's geometry: boxes in pixels for a tree zoomed to one of its nodes, whose callers stand above it in
// full width. Nodes narrower than a pixel are left out with all below them, so the cost is that of what is seen.
#pragma once

#include <vector>

#include "gui/models/graphs/flame_tree.h"

namespace raddle::gui {

struct FlameBox {
    uint32_t node = 0;
    uint32_t depth = 0;  // the row, from the root
    double left = 0;     // pixels
    double right = 0;
    bool caller = false;  // of the node zoomed to
};

struct FlameLayout {
    std::vector<FlameBox> boxes;  // by depth, then from left to right
    uint32_t rows = 0;
};

FlameLayout layoutFlame(const FlameTree& tree, uint32_t zoomed, double width);

// Index of the box at a place, SIZE_MAX when there is none.
size_t boxAt(const FlameLayout& layout, uint32_t depth, double x);

}  // namespace raddle::gui
