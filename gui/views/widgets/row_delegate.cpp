#include "gui/views/widgets/row_delegate.h"

#include <QStyle>
#include <QWidget>

namespace raddle::gui {

QString RowDelegate::paintBehind(QPainter* painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    QStyleOptionViewItem box(option);
    initStyleOption(&box, index);
    QString text = box.text;
    box.text.clear();
    box.widget->style()->drawControl(QStyle::CE_ItemViewItem, &box, painter, box.widget);
    return text;
}

}  // namespace raddle::gui
