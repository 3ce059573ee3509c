#include "gui/views/timeline/glance_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/models/timeline/timeline_text.h"
#include "gui/views/timeline/timeline_painter.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr size_t kMostThreads = 14;
constexpr double kLeastCurve = 58, kMostCurve = 150;  // heights at the default font
constexpr double kLeastRow = 22, kMostRow = 46;
constexpr double kAxis = 30;

}  // namespace

GlanceView::GlanceView(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setCursor(Qt::PointingHandCursor);
}

double GlanceView::names() const {
    return 108 * fontScale();
}

// The threads that live longest, in their own order.
void GlanceView::reload() {
    shown_.clear();
    hiddenThreads_ = 0;
    if (auto recording = context_.session.recording()) {
        const auto& threads = recording->timeline.threads;
        std::vector<uint32_t> order(threads.size());
        for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        auto life = [&](uint32_t i) { return threads[i].endNs - threads[i].beginNs; };
        std::sort(order.begin(), order.end(),
                  [&](uint32_t a, uint32_t b) { return std::pair(-life(a), a) < std::pair(-life(b), b); });
        hiddenThreads_ = order.size() > kMostThreads ? order.size() - kMostThreads : 0;
        order.resize(std::min(order.size(), kMostThreads));
        std::sort(order.begin(), order.end());
        shown_ = std::move(order);
    }
    auto rows = static_cast<double>(shown_.size());
    setMaximumHeight(static_cast<int>((kMostCurve + kMostRow * rows + kAxis) * fontScale()));
    arrange();
    updateGeometry();
    update();
}

// Curve and rows share what height there is, between what is readable and what is enough.
void GlanceView::arrange() {
    double scale = fontScale(), rows = static_cast<double>(std::max<size_t>(shown_.size(), 1));
    double spare = std::max(height() / scale - kLeastCurve - kLeastRow * rows - kAxis, 0.0);
    double each = std::min(spare / (rows + 2), kMostRow - kLeastRow);
    curve_ = std::min(kLeastCurve + spare - each * rows, kMostCurve) * scale;
    double rowHeight = (kLeastRow + each) * scale, bar = rowHeight - 8 * scale, y = 0;
    rows_ = {};
    for (uint32_t i : shown_) {
        rows_.rows.push_back(
            {RowKind::thread, i, y, rowHeight, {{StripKind::state, 0, y + (rowHeight - bar) / 2, bar}}});
        y += rowHeight;
    }
    rows_.height = y;
    image_ = {};
}

QSize GlanceView::sizeHint() const {
    return {300,
            static_cast<int>((kLeastCurve + kLeastRow * static_cast<double>(shown_.size()) + kAxis) * fontScale())};
}

void GlanceView::resizeEvent(QResizeEvent*) {
    arrange();
}

void GlanceView::mouseReleaseEvent(QMouseEvent* event) {
    double y = event->position().y() - curveHeight() - 6;
    for (const Row& row : rows_.rows)
        if (y >= row.top && y < row.top + row.height) Q_EMIT chose(row.id);
}

void GlanceView::paintEvent(QPaintEvent*) {
    auto recording = context_.session.recording();
    if (!recording) return;
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    QFontMetricsF metrics(font());
    QRectF curve(names(), 2, std::max(width() - names(), 1.0), curveHeight() - 4);
    double most = std::max(std::ceil(static_cast<double>(recording->index.mostRunning)), 1.0);
    painter.setPen(theme.muted);
    painter.drawText(QRectF(0, curve.top(), names() - 10, curve.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("running"));
    painter.drawText(QRectF(0, curve.top() - 2, names() - 6, metrics.height()), Qt::AlignRight, QString::number(most));
    painter.drawText(QRectF(0, curve.bottom() - metrics.height() + 3, names() - 6, metrics.height()), Qt::AlignRight,
                     QStringLiteral("0"));
    drawRunning(painter, curve, *recording, theme);

    double top = curveHeight() + 6;
    TimelineFrame frame;
    frame.ratio = devicePixelRatioF();
    frame.size = QSize(static_cast<int>(curve.width()), static_cast<int>(std::ceil(rows_.height)));
    frame.view = {0, std::max<int64_t>(recording->timeline.durationNs, 1),
                  std::max(static_cast<int>(frame.size.width() * frame.ratio), 1)};
    frame.font = font();
    if (image_.isNull()) image_ = paintRows(*recording, rows_, frame, theme);
    painter.drawImage(QPointF(curve.left(), top), image_);
    painter.setPen(theme.text);
    for (const Row& row : rows_.rows) {
        QString name = threadLabel(recording->timeline, {row.id});
        painter.drawText(QRectF(0, top + row.top, names() - 10, row.height), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(name, Qt::ElideMiddle, names() - 10));
    }
    painter.setPen(theme.muted);
    TimeView view{0, frame.view.endNs, static_cast<int>(curve.width())};
    for (const Tick& tick : rulerTicks(view, 120)) {
        QRectF box(curve.left() + tick.x, top + rows_.height + 3, 90, metrics.height() + 2);
        if (box.left() + metrics.horizontalAdvance(tick.text) < width())
            painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, tick.text);
    }
}

}  // namespace raddle::gui
