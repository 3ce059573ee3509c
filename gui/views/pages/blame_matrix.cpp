#include "gui/views/pages/blame_matrix.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "gui/models/base/format.h"
#include "gui/models/timeline/timeline_text.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr size_t kMostRows = 8;
constexpr size_t kMostColumns = 12;

}  // namespace

BlameMatrix::BlameMatrix(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {}

void BlameMatrix::show(const LockDetail& detail) {
    detail_ = detail;
    updateGeometry();
    update();
}

QSize BlameMatrix::sizeHint() const {
    double line = QFontMetricsF(font()).height();
    return {260, static_cast<int>((line + 8) * static_cast<double>(std::min(detail_.waiters.size(), kMostRows)) + line +
                                  10)};
}

BlameMatrix::Grid BlameMatrix::grid() const {
    QFontMetricsF metrics(font());
    double names = metrics.horizontalAdvance(QStringLiteral("waits \\ holds"));
    for (size_t r = 0; r < std::min(detail_.waiters.size(), kMostRows); ++r)
        names = std::max(names, metrics.horizontalAdvance(nameOf(detail_.waiters[r])));
    Grid g{};
    g.left = std::min(names + 12, width() * 0.35);
    g.top = metrics.height() + 8;
    g.rows = std::min(detail_.waiters.size(), kMostRows);
    auto fitting = static_cast<size_t>(
        std::max(1.0, (width() - g.left) / metrics.horizontalAdvance(QStringLiteral("000.0 ms  "))));
    g.columns = std::min({detail_.holders.size(), kMostColumns, fitting});
    g.cellWidth = g.columns ? std::min((width() - g.left) / static_cast<double>(g.columns), 150.0 * fontScale()) : 0;
    g.cellHeight = metrics.height() + 8;
    return g;
}

QString BlameMatrix::nameOf(trace::ThreadId id) const {
    return threadLabel(context_.session.timeline(), id);
}

void BlameMatrix::paintEvent(QPaintEvent*) {
    if (detail_.waiters.empty()) return;
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    QFontMetricsF metrics(font());
    Grid g = grid();
    int64_t most = std::max<int64_t>(*std::max_element(detail_.cells.begin(), detail_.cells.end()), 1);
    painter.setPen(theme.muted);
    painter.drawText(QRectF(0, 0, g.left - 8, g.top), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("waits \\ holds"));
    for (size_t c = 0; c < g.columns; ++c) {
        QRectF head(g.left + static_cast<double>(c) * g.cellWidth + 2, 0, g.cellWidth - 4, g.top);
        painter.drawText(head, Qt::AlignCenter,
                         metrics.elidedText(nameOf(detail_.holders[c]), Qt::ElideMiddle, head.width()));
    }
    for (size_t r = 0; r < g.rows; ++r) {
        double y = g.top + static_cast<double>(r) * g.cellHeight;
        painter.setPen(theme.text);
        painter.drawText(QRectF(0, y, g.left - 8, g.cellHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(nameOf(detail_.waiters[r]), Qt::ElideMiddle, g.left - 8));
        for (size_t c = 0; c < g.columns; ++c) {
            int64_t ns = detail_.cell(r, c);
            QRectF cell(g.left + static_cast<double>(c) * g.cellWidth + 1, y + 1, g.cellWidth - 2, g.cellHeight - 2);
            // The square root keeps small shares visible beside one large one.
            double heat = std::sqrt(static_cast<double>(ns) / static_cast<double>(most));
            QColor fill = ns > 0 ? blend(theme.stripe, theme.of(State::lockWait), 0.12 + 0.78 * heat) : theme.stripe;
            painter.fillRect(cell, fill);
            if (ns == 0) continue;
            painter.setPen(textOn(fill));
            painter.drawText(cell, Qt::AlignCenter, durationText(ns));
        }
    }
}

bool BlameMatrix::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    Grid g = grid();
    double column = (help->pos().x() - g.left) / std::max(g.cellWidth, 1.0),
           row = (help->pos().y() - g.top) / g.cellHeight;
    if (column < 0 || row < 0 || column >= static_cast<double>(g.columns) || row >= static_cast<double>(g.rows)) {
        QToolTip::hideText();
        return true;
    }
    auto r = static_cast<size_t>(row), c = static_cast<size_t>(column);
    QToolTip::showText(
        help->globalPos(),
        QStringLiteral("%1 waits %2 for %3")
            .arg(nameOf(detail_.waiters[r]), durationText(detail_.cell(r, c)), nameOf(detail_.holders[c])),
        this);
    return true;
}

}  // namespace raddle::gui
