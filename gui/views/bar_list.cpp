#include "gui/views/bar_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "gui/models/format.h"
#include "gui/views/style.h"

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

int BarList::rowHeight() const { return QFontMetrics(font()).height() + 17; }

QSize BarList::sizeHint() const { return {200, rowHeight() * static_cast<int>(rows_.size())}; }

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
        double x = bar.left();
        for (const auto& [state, share] : row.parts) {
            double length = share * bar.width();
            painter.fillRect(QRectF(x, bar.top(), length, bar.height()), theme.of(state));
            x += length;
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

void BarList::leaveEvent(QEvent*) { setCurrent(-1); }

void BarList::focusInEvent(QFocusEvent*) { setCurrent(std::max(current_, 0)); }

void BarList::focusOutEvent(QFocusEvent*) { setCurrent(-1); }

RunningChart::RunningChart(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setFixedHeight(84);
}

void RunningChart::paintEvent(QPaintEvent*) {
    auto recording = context_.session.recording();
    if (!recording) return;
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    QFontMetricsF metrics(scaledFont(0.88));
    painter.setFont(scaledFont(0.88));
    double labels = metrics.height() + 2;
    double most = std::max(std::ceil(static_cast<double>(recording->index.mostRunning)), 1.0);
    double axis = metrics.horizontalAdvance(QString::number(most)) + 6;
    QRectF box(axis, 4, width() - axis, height() - labels - 4);
    painter.setPen(theme.muted);
    painter.drawText(QRectF(0, box.top() - 4, axis - 4, metrics.height()), Qt::AlignRight | Qt::AlignTop, QString::number(most));
    painter.drawText(QRectF(0, box.bottom() - metrics.height() + 2, axis - 4, metrics.height()), Qt::AlignRight, QStringLiteral("0"));
    drawRunning(painter, box, *recording, theme);
    painter.setPen(theme.muted);
    QRectF foot(box.left(), box.bottom() + 2, box.width(), labels);
    painter.drawText(foot, Qt::AlignLeft, QStringLiteral("0"));
    painter.drawText(foot, Qt::AlignRight, durationText(recording->timeline.durationNs));
}

void drawRunning(QPainter& painter, const QRectF& box, const Recording& recording, const Theme& theme) {
    const std::vector<float>& running = recording.index.running;
    double most = std::max(std::ceil(static_cast<double>(recording.index.mostRunning)), 1.0);
    painter.fillRect(box, theme.stripe);
    auto columns = static_cast<int>(box.width());
    for (int x = 0; x < columns; ++x) {
        auto from = static_cast<size_t>(x) * running.size() / static_cast<size_t>(columns);
        size_t to = std::max((static_cast<size_t>(x) + 1) * running.size() / static_cast<size_t>(columns), from + 1);
        double sum = 0;
        for (size_t b = from; b < to; ++b) sum += static_cast<double>(running[b]);
        double height = box.height() * sum / static_cast<double>(to - from) / most;
        painter.fillRect(QRectF(box.left() + x, box.bottom() - height, 1, height), theme.of(State::running));
    }
    double mean = box.bottom() - box.height() * recording.index.meanRunning / most;
    painter.setPen(QPen(theme.text, 1, Qt::DashLine));
    painter.drawLine(QPointF(box.left(), mean), QPointF(box.right(), mean));
    painter.setPen(theme.border);
    painter.drawLine(box.bottomLeft(), box.bottomRight());
}

}  // namespace raddle::gui
