#include "gui/views/widgets/flow_layout.h"

#include <algorithm>

namespace raddle::gui {

FlowLayout::~FlowLayout() {
    qDeleteAll(items_);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : items_) size = size.expandedTo(item->minimumSize());
    QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect& rect, bool moves) const {
    QRect inner = rect.marginsRemoved(contentsMargins());
    int x = inner.x(), y = inner.y(), lineHeight = 0;
    for (QLayoutItem* item : items_) {
        QSize size = item->sizeHint();
        if (x + size.width() > inner.x() + inner.width() && x > inner.x()) {
            x = inner.x();
            y += lineHeight + gap_ / 2;
            lineHeight = 0;
        }
        if (moves) item->setGeometry({x, y, size.width(), std::max(size.height(), lineHeight)});
        x += size.width() + gap_;
        lineHeight = std::max(lineHeight, size.height());
    }
    return y + lineHeight - rect.y() + contentsMargins().bottom();
}

}  // namespace raddle::gui
