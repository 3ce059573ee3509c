#include "gui/views/widgets/bar_delegate.h"

#include <QPainter>

#include "gui/models/base/table_model.h"

namespace raddle::gui {

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QString text = paintBehind(painter, option, index);
    QRectF inner = QRectF(option.rect).adjusted(4, 4, -4, -4);
    QVariant bar = index.data(TableModel::BarRole);
    if (double share = bar.toDouble(); bar.isValid() && share > 0) {
        QColor colour = context_.theme->of(static_cast<State>(index.data(TableModel::ColourRole).toInt()));
        if (index.data(TableModel::BlocksRole).toBool()) colour = context_.theme->holdBlocking;
        colour.setAlphaF(context_.theme->dark ? 0.5f : 0.42f);
        double width = std::max(share * inner.width(), 2.0);
        painter->fillRect(QRectF(inner.left(), inner.top(), width, inner.height()), colour);
    }
    auto alignment = static_cast<Qt::Alignment>(index.data(Qt::TextAlignmentRole).toInt());
    bool name = !(alignment & Qt::AlignRight);
    painter->setFont(option.font);
    painter->setPen(text == QStringLiteral("–") ? context_.theme->muted : context_.theme->text);
    QRectF line = inner.adjusted(4, -4, -4, 4);
    QString shown = QFontMetricsF(option.font).elidedText(text, name ? Qt::ElideMiddle : Qt::ElideLeft, line.width());
    painter->drawText(line, static_cast<int>(alignment), shown);
}

QSize BarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {60, QFontMetrics(option.font).height() + 10};
}

}  // namespace raddle::gui
