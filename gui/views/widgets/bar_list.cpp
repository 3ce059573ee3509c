#include "gui/views/widgets/bar_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/models/base/format.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {

BarList::BarList(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
}

void BarList::show(std::vector<BarRow> rows) {
    rows_ = std::move(rows);
    current_ = -1;
    setVisible(!rows_.empty());
    updateGeometry();
    update();
}

void BarList::onlyShow() {
    setFocusPolicy(Qt::NoFocus);
    unsetCursor();
}

int BarList::rowHeight() const {
    return QFontMetrics(font()).height() + 17;
}

QSize BarList::sizeHint() const {
    return {200, rowHeight() * static_cast<int>(rows_.size())};
}

int BarList::rowAt(double y) const {
    int row = static_cast<int>(y) / rowHeight();
    return y >= 0 && row < static_cast<int>(rows_.size()) ? row : -1;
}

void BarList::setCurrent(int row) {
    if (row == current_) return;
    current_ = row;
    update();
}

void BarList::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    QFontMetricsF metrics(font());
    double y = 0;
    for (size_t i = 0; i < rows_.size(); ++i, y += rowHeight()) {
        const BarRow& row = rows_[i];
        if (static_cast<int>(i) == current_) painter.fillRect(QRectF(-2, y, width() + 4, rowHeight()), theme.hover);
        QRectF line(6, y + 3, width() - 12, metrics.height() + 1);
        painter.setPen(theme.muted);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, row.value);
        painter.setPen(theme.text);
        double room = line.width() - metrics.horizontalAdvance(row.value) - 10;
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(row.name, Qt::ElideMiddle, room));
        QRectF bar(6, line.bottom() + 2, width() - 12, 6);
        painter.fillRect(bar, theme.grid);
        double x = bar.left(), pale = row.pale;
        for (const auto& [state, share] : row.parts) {
            double length = share * bar.width();
            painter.fillRect(QRectF(x, bar.top(), length, bar.height()), theme.of(state));
            x += length;
            QRectF paler(x - pale * length, bar.top(), pale * length, bar.height());
            if (pale > 0) painter.fillRect(paler, blend(theme.card, theme.of(state), 0.35));
            pale = 0;
        }
    }
}

void BarList::mouseMoveEvent(QMouseEvent* event) {
    int row = rowAt(event->position().y());
    setCurrent(row);
    if (row >= 0) QToolTip::showText(event->globalPosition().toPoint(), rows_[static_cast<size_t>(row)].tip, this);
}

void BarList::mouseReleaseEvent(QMouseEvent* event) {
    if (int row = rowAt(event->position().y()); row >= 0) Q_EMIT chose(rows_[static_cast<size_t>(row)].id);
}

void BarList::keyPressEvent(QKeyEvent* event) {
    int last = static_cast<int>(rows_.size()) - 1;
    if (event->key() == Qt::Key_Down) return setCurrent(std::min(current_ + 1, last));
    if (event->key() == Qt::Key_Up) return setCurrent(std::max(current_ - 1, 0));
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) && current_ >= 0 && current_ <= last) {
        Q_EMIT chose(rows_[static_cast<size_t>(current_)].id);
        return;
    }
    QWidget::keyPressEvent(event);
}

void BarList::leaveEvent(QEvent*) {
    setCurrent(-1);
}

void BarList::focusInEvent(QFocusEvent*) {
    setCurrent(std::max(current_, 0));
}

void BarList::focusOutEvent(QFocusEvent*) {
    setCurrent(-1);
}

}  // namespace raddle::gui
