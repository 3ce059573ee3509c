#include "gui/views/timeline/lock_strip.h"

#include <QPainter>

#include "gui/models/base/format.h"
#include "gui/views/timeline/timeline_painter.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {

LockStrip::LockStrip(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setFixedHeight(static_cast<int>(54 * fontScale()));
    setCursor(Qt::PointingHandCursor);
    setToolTip(QStringLiteral("Show on the timeline"));
}

void LockStrip::show(trace::LockId lock) {
    lock_ = lock;
    setVisible(lock.valid());
    update();
}

void LockStrip::mouseReleaseEvent(QMouseEvent*) {
    Q_EMIT pressed();
}

void LockStrip::paintEvent(QPaintEvent*) {
    auto recording = context_.session.recording();
    if (!recording || lock_.index() >= recording->index.locks.size()) return;
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    double scale = fontScale(), names = 74 * scale, axis = 15 * scale;
    TimelineFrame frame;
    frame.ratio = devicePixelRatioF();
    frame.size = QSize(static_cast<int>(width() - names), static_cast<int>(height() - axis));
    frame.view = {0, std::max<int64_t>(recording->timeline.durationNs, 1),
                  std::max(static_cast<int>(frame.size.width() * frame.ratio), 1)};
    frame.font = font();
    RowLayout rows;
    double all = frame.size.height();
    rows.rows.push_back(
        {RowKind::lock,
         lock_.value,
         0,
         all,
         {{StripKind::lockWaiting, 0, 1, all - 12 * scale}, {StripKind::lockHeld, 0, all - 9 * scale, 8 * scale}}});
    painter.drawImage(QPointF(names, 0), paintRows(*recording, rows, frame, theme));
    painter.setFont(scaledFont(0.9));
    painter.setPen(theme.muted);
    uint32_t most = recording->index.locks[lock_.index()].mostWaiting;
    QString waiting = most > 0 ? QStringLiteral("wait (≤ %1)").arg(most) : QStringLiteral("wait");
    painter.drawText(QRectF(0, 0, names - 8, all - 10 * scale), Qt::AlignLeft | Qt::AlignVCenter, waiting);
    painter.drawText(QRectF(0, all - 12 * scale, names - 8, 14 * scale), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("held"));
    TimeView view{0, frame.view.endNs, std::max(frame.size.width(), 1)};
    for (const Tick& tick : rulerTicks(view, 130)) {
        QRectF box(names + tick.x, all, 100, axis);
        if (box.left() + QFontMetricsF(painter.font()).horizontalAdvance(tick.text) < width())
            painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, tick.text);
    }
}

}  // namespace raddle::gui
