// The common part of delegates that write a row's text themselves, over what the style paints behind it.
#pragma once

#include <QStyledItemDelegate>

#include "gui/views/widgets/context.h"

namespace raddle::gui {

class RowDelegate : public QStyledItemDelegate {
  public:
    RowDelegate(const Context& context, QObject* parent) : QStyledItemDelegate(parent), context_(context) {}

  protected:
    // Paints the row without its text, which is returned.
    QString paintBehind(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;

    const Context& context_;
};

}  // namespace raddle::gui
