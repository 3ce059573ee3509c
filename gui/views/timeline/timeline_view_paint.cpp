// What TimelineView draws around and over the rows.
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include "gui/models/base/format.h"
#include "gui/models/timeline/timeline_text.h"
#include "gui/views/timeline/timeline_painter.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr size_t kFramedHolds = 2000;
constexpr double kFramedPixels = 6;  // a frame around less would hide it

}  // namespace

QImage TimelineView::renderRows() {
    auto recording = context_.session.recording();
    if (!recording) return {};
    TimelineFrame frame;
    frame.ratio = viewport()->devicePixelRatioF();
    frame.size = rowArea().size().toSize();
    frame.view = view_;
    frame.view.width = std::max(static_cast<int>(frame.size.width() * frame.ratio), 1);
    frame.scroll = verticalScrollBar()->value();
    frame.font = font();
    frame.selection = context_.selection.state();
    frame.hiddenStates = hidden_;
    return paintRows(*recording, rows_, frame, *context_.theme);
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const Theme& theme = *context_.theme;
    painter.fillRect(viewport()->rect(), theme.card);
    if (!context_.session.recording()) {
        painter.setPen(theme.muted);
        QString text =
            context_.session.loading() ? QStringLiteral("Loading…") : QStringLiteral("No recording is open.");
        painter.drawText(viewport()->rect(), Qt::AlignCenter, text);
        return;
    }
    if (image_.isNull()) image_ = renderRows();
    painter.drawImage(rowArea().topLeft(), image_);
    painter.save();
    painter.setClipRect(rowArea());
    if (shows(Overlay::criticalPath)) paintPath(painter);
    if (shows(Overlay::wakeUps)) paintWakeUps(painter);
    paintSelection(painter);
    if (shows(Overlay::markers)) paintMarkers(painter);
    painter.restore();
    paintGutter(painter);
    paintHead(painter);
    paintNotes(painter);
    if (hover_ && hover_->x() > gutter() && hover_->y() > mapHeight()) {
        painter.setPen(QPen(theme.muted, 1, Qt::DotLine));
        painter.drawLine(QPointF(hover_->x(), mapHeight()), QPointF(hover_->x(), viewport()->height()));
    }
}

void TimelineView::paintHead(QPainter& painter) {
    const Theme& theme = *context_.theme;
    auto recording = context_.session.recording();
    QRectF area = rowArea();
    painter.fillRect(QRectF(0, 0, viewport()->width(), headHeight()), theme.card);
    QRectF map(area.left(), 3, area.width(), mapHeight() - 5);
    drawRunning(painter, map, *recording, theme);
    TimeView whole{0, std::max<int64_t>(recording->timeline.durationNs, 1), view_.width};
    double left = whole.x(view_.beginNs), right = std::max(whole.x(view_.endNs), left + 3);
    QColor shade = theme.window;
    shade.setAlphaF(0.7f);
    painter.fillRect(QRectF(map.left(), map.top(), left, map.height()), shade);
    painter.fillRect(QRectF(map.left() + right, map.top(), map.width() - right, map.height()), shade);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawRect(QRectF(map.left() + left, map.top(), std::min(right, map.width() - 1) - left, map.height()));

    painter.setFont(scaledFont(0.9));
    painter.setPen(theme.muted);
    QRectF corner(10, map.top(), area.left() - 20, map.height());
    painter.drawText(
        corner, Qt::AlignLeft | Qt::AlignVCenter,
        QStringLiteral("Threads running\n%1 on average").arg(QString::number(recording->index.meanRunning, 'f', 2)));
    double rulerTop = mapHeight(), rulerBottom = headHeight();
    painter.drawText(QRectF(10, rulerTop, area.left() - 20, rulerBottom - rulerTop), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("%1 shown").arg(durationText(view_.endNs - view_.beginNs)));
    painter.setClipRect(QRectF(area.left(), 0, area.width(), viewport()->height()));
    for (const Tick& tick : rulerTicks(view_, 110)) {
        double x = area.left() + tick.x;
        painter.setPen(theme.border);
        painter.drawLine(QPointF(x, rulerBottom - 6), QPointF(x, rulerBottom));
        painter.setPen(theme.muted);
        if (x + 8 + painter.fontMetrics().horizontalAdvance(tick.text) > area.right()) continue;
        painter.drawText(QRectF(x + 4, rulerTop, 120, rulerBottom - rulerTop), Qt::AlignLeft | Qt::AlignVCenter,
                         tick.text);
    }
    painter.setClipping(false);
    painter.setPen(theme.border);
    painter.drawLine(QPointF(0, rulerBottom - 0.5), QPointF(viewport()->width(), rulerBottom - 0.5));
}

void TimelineView::paintGutter(QPainter& painter) {
    const Theme& theme = *context_.theme;
    painter.fillRect(QRectF(0, headHeight(), gutter(), viewport()->height()), theme.card);
    QRectF heading;
    for (const Row& row : rows_.rows) {
        QRectF box(0, row.top - verticalScrollBar()->value() + headHeight(), gutter(), row.height);
        if (box.bottom() < headHeight() || box.top() > viewport()->height()) continue;
        if (row.kind == RowKind::heading) {
            heading = box;
            continue;
        }
        bool chosen = row.kind == RowKind::thread ? context_.selection.state().has({row.id})
                                                  : context_.selection.state().lock.value == row.id;
        if (chosen)
            painter.fillRect(box.adjusted(0, 0, 0, -1), blend(theme.card, theme.accent, theme.dark ? 0.3 : 0.16));
        painter.fillRect(QRectF(0, box.bottom() - 1, box.width(), 1), theme.grid);
        if (row.kind == RowKind::thread)
            paintThreadName(painter, row, box);
        else
            paintLockName(painter, row, box);
    }
    painter.setPen(theme.border);
    painter.drawLine(QPointF(gutter() - 0.5, headHeight()), QPointF(gutter() - 0.5, viewport()->height()));
    if (heading.isEmpty()) return;
    painter.fillRect(QRectF(0, heading.top(), viewport()->width(), heading.height() - 1), theme.stripe);
    painter.setFont(scaledFont(1, true));
    painter.setPen(theme.text);
    painter.drawText(QRectF(10, heading.top(), viewport()->width(), heading.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     QStringLiteral("Locks: how many wait (above), when held (below)"));
}

void TimelineView::paintThreadName(QPainter& painter, const Row& row, const QRectF& box) {
    const Theme& theme = *context_.theme;
    auto recording = context_.session.recording();
    const trace::Thread& thread = recording->timeline.threads[row.id];
    auto times = stateTimes(thread, recording->index.threads[row.id], view_.beginNs, view_.endNs);
    int64_t alive = 0;
    for (int64_t ns : times) alive += ns;
    QString share = alive > 0 ? percentText(static_cast<double>(times[0]) / static_cast<double>(alive)) : QString();
    QRectF line = box.adjusted(10, rows_.compact ? 0 : 3, -10, 0);
    painter.setFont(font());
    QFontMetricsF metrics(font());
    line.setHeight(rows_.compact ? box.height() : metrics.height() + 2);
    painter.setPen(theme.muted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, share);
    painter.setPen(theme.text);
    painter.setFont(scaledFont(1, true));
    QFontMetricsF bold(painter.font());
    double room = line.width() - metrics.horizontalAdvance(share) - 8;
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     bold.elidedText(threadLabel(recording->timeline, {row.id}), Qt::ElideMiddle, room));
    if (rows_.compact) return;
    QString detail = QStringLiteral("tid %1").arg(thread.tid);
    if (thread.cpuNs >= 0 && thread.endNs > thread.beginNs)
        detail = QStringLiteral("%1 · CPU %2")
                     .arg(thread.tid)
                     .arg(percentText(static_cast<double>(thread.cpuNs) /
                                      static_cast<double>(thread.endNs - thread.beginNs)));
    QRectF second = line.translated(0, line.height());
    painter.setFont(scaledFont(0.88));
    painter.setPen(theme.muted);
    painter.drawText(second, Qt::AlignLeft | Qt::AlignVCenter, detail);
    QRectF bar(second.right() - 54 * fontScale(), second.center().y() - 3, 54 * fontScale(), 6);
    double x = bar.left();
    for (size_t s = 0; s < kStates && alive > 0; ++s) {
        double width = bar.width() * static_cast<double>(times[s]) / static_cast<double>(alive);
        painter.fillRect(QRectF(x, bar.top(), width, bar.height()), theme.state[s]);
        x += width;
    }
}

void TimelineView::paintLockName(QPainter& painter, const Row& row, const QRectF& box) {
    const Theme& theme = *context_.theme;
    auto recording = context_.session.recording();
    const trace::Lock& lock = recording->timeline.locks[row.id];
    int64_t wait = 0;
    for (const trace::LockRow& r : recording->tables.summary.locks)
        if (r.lock.value == row.id) wait = r.waitNs;
    painter.setFont(font());
    QFontMetricsF metrics(font());
    QString value = wait > 0 ? durationText(wait) : QStringLiteral("no wait");
    QRectF line = box.adjusted(10, 0, -10, 0);
    painter.setPen(theme.muted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, value);
    painter.setPen(theme.text);
    double room = line.width() - metrics.horizontalAdvance(value) - 8;
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(QString::fromStdString(lock.name), Qt::ElideMiddle, room));
}

void TimelineView::paintSelection(QPainter& painter) {
    const Theme& theme = *context_.theme;
    const SelectionState& state = context_.selection.state();
    QRectF area = rowArea();
    if (state.range) {
        double left = std::clamp(area.left() + view_.x(state.range->beginNs), area.left(), area.right());
        double right = std::clamp(area.left() + view_.x(state.range->endNs), area.left(), area.right());
        QColor shade = theme.window;
        shade.setAlphaF(0.65f);
        painter.fillRect(QRectF(area.left(), area.top(), left - area.left(), area.height()), shade);
        painter.fillRect(QRectF(right, area.top(), area.right() - right, area.height()), shade);
        painter.setPen(QPen(theme.accent, 1.5));
        painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()));
        painter.drawLine(QPointF(right, area.top()), QPointF(right, area.bottom()));
    }
    if (state.wait) paintWait(painter, *state.wait);
}

QRectF TimelineView::boxOf(StripKind kind, const EventRef& event) const {
    auto recording = context_.session.recording();
    for (const Row& row : rows_.rows) {
        if (row.kind != RowKind::thread || row.id != event.thread.value) continue;
        const trace::Thread& thread = recording->timeline.threads[row.id];
        bool wait = kind == StripKind::state;
        if (event.index >= (wait ? thread.waits.size() : thread.holds.size())) return {};
        int64_t begin = wait ? thread.waits[event.index].beginNs : thread.holds[event.index].beginNs;
        int64_t end = wait ? thread.waits[event.index].endNs : thread.holds[event.index].endNs;
        for (const Strip& strip : row.strips) {
            if (strip.kind != kind) continue;
            if (!wait) {
                const Span* span = trackOf(recording->index, row, strip)->at(begin);
                if (!span || span->item != event.index) continue;
            }
            double left = std::clamp(view_.x(begin), -50.0, view_.width + 50.0),
                   right = std::clamp(view_.x(end), -50.0, view_.width + 50.0);
            return {rowArea().left() + left, strip.top - verticalScrollBar()->value() + headHeight(),
                    std::max(right - left, 3.0), strip.height};
        }
    }
    return {};
}

// The wait and the holds that caused it, framed, with an arrow from the last release to the end of the wait.
void TimelineView::paintWait(QPainter& painter, const EventRef& wait) {
    const Theme& theme = *context_.theme;
    QRectF waitBox = boxOf(StripKind::state, wait);
    if (waitBox.isEmpty()) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.focus, 2));
    painter.drawRect(waitBox.adjusted(-1, -1, 1, 1));
    // All who held the lock meanwhile; the last to let go is the one that woke the waiter.
    auto recording = context_.session.recording();
    std::vector<EventRef> holds = holdsDuring(recording->timeline, recording->index, wait, kFramedHolds);
    if (holds.empty())
        if (auto hold = blockingHold(recording->timeline, wait)) holds.push_back(*hold);
    QRectF holdBox;
    for (const EventRef& hold : holds) {
        QRectF box = boxOf(StripKind::hold, hold);
        if (box.isEmpty()) continue;
        if (box.width() >= kFramedPixels) painter.drawRect(box.adjusted(-1, -1.5, 1, 1.5));
        holdBox = box;
    }
    if (!holdBox.isEmpty()) {
        bool up = waitBox.center().y() < holdBox.center().y();
        QPointF from(holdBox.right(), up ? holdBox.top() - 1 : holdBox.bottom() + 1),
            to(waitBox.right(), up ? waitBox.bottom() + 1 : waitBox.top() - 1);
        QPainterPath path(from);
        double bend = (to.y() - from.y()) / 2;
        path.cubicTo(from + QPointF(14, bend), to + QPointF(14, -bend), to);
        painter.setPen(QPen(theme.card, 5));
        painter.drawPath(path);
        painter.setPen(QPen(theme.focus, 2));
        painter.drawPath(path);
        double tip = up ? 7 : -7;
        painter.setBrush(theme.focus);
        painter.setPen(Qt::NoPen);
        painter.drawPolygon(QPolygonF({to, to + QPointF(-1, tip), to + QPointF(7, tip)}));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace raddle::gui
