// Cells of costs: text over a bar as long as the cell's share of the largest, in tables and trees with TableModel's
// roles.
#pragma once

#include "gui/views/widgets/row_delegate.h"

namespace raddle::gui {

class BarDelegate : public RowDelegate {
  public:
    using RowDelegate::RowDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace raddle::gui
