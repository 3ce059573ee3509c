// What TimelineView can draw over the rows: marks of findings, the critical path, who woke whom.
#include <QInputDialog>
#include <QLineEdit>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <cmath>

#include "gui/models/base/format.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr double kMark = 6;           // half of a mark's width
constexpr size_t kMostWakeUps = 250;  // more of them are a carpet
constexpr size_t kMostTurns = 250;    // of the critical path, from thread to thread
constexpr double kLeastWait = 5;      // pixels, to get an arrow

void drawArrow(QPainter& painter, const QPointF& from, const QPointF& to, const QColor& colour) {
    bool up = to.y() < from.y();
    QPainterPath path(from);
    double bend = (to.y() - from.y()) / 2;
    path.cubicTo(from + QPointF(6, bend), to + QPointF(6, -bend), to);
    painter.setPen(QPen(colour, 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    double tip = up ? 6 : -6;
    painter.drawPolygon(QPolygonF({to, to + QPointF(-3, tip), to + QPointF(3.5, tip)}));
}

}  // namespace

QRectF TimelineView::stateBox(trace::ThreadId thread) const {
    if (thread.index() >= rowOfThread_.size() || rowOfThread_[thread.index()] >= rows_.rows.size()) return {};
    const Strip& strip = rows_.rows[rowOfThread_[thread.index()]].strips.front();
    return {rowArea().left(), strip.top - verticalScrollBar()->value() + headHeight(), rowArea().width(), strip.height};
}

QPointF TimelineView::markerAt(const Marker& marker) const {
    QRectF box = stateBox(marker.thread);
    return {rowArea().left() + view_.x(marker.atNs), box.top() + box.height() / 2};
}

const Marker* TimelineView::markerUnder(const QPointF& at) const {
    if (!shows(Overlay::markers) || !rowArea().contains(at)) return nullptr;
    for (const Marker& marker : markers_) {
        QPointF place = markerAt(marker);
        if (std::abs(place.x() - at.x()) <= kMark + 2 && std::abs(place.y() - at.y()) <= kMark + 4) return &marker;
    }
    return nullptr;
}

// A diamond on each thread, and a line through those of the selected finding and of the one under the mouse.
void TimelineView::paintMarkers(QPainter& painter) {
    const Theme& theme = *context_.theme;
    const Marker* under = hover_ ? markerUnder(*hover_) : nullptr;
    std::optional<size_t> chosen = context_.selection.state().finding;
    painter.setRenderHint(QPainter::Antialiasing);
    std::vector<double> last(rowOfThread_.size(), -1e9);  // where the last mark of a thread is
    for (size_t i = 0; i < markers_.size(); ++i) {
        const Marker& marker = markers_[i];
        QPointF at = markerAt(marker);
        QColor colour = theme.of(marker.evidence);
        bool lit = (under && under->group == marker.group) || (chosen && *chosen == marker.finding);
        if (lit)
            for (size_t j = i + 1; j < markers_.size(); ++j) {
                if (markers_[j].group != marker.group) continue;
                painter.setPen(QPen(colour, 2, Qt::DashLine));
                painter.drawLine(at, markerAt(markers_[j]));
                break;
            }
        if (at.x() < rowArea().left() - kMark || at.x() > rowArea().right() + kMark) continue;
        if (!lit && at.x() - last[marker.thread.index()] < 3) continue;
        last[marker.thread.index()] = at.x();
        double size = lit ? kMark + 2 : kMark;
        painter.setPen(QPen(theme.card, 1.5));
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF(
            {at + QPointF(0, -size - 2), at + QPointF(size, 0), at + QPointF(0, size + 2), at + QPointF(-size, 0)}));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

const Note* TimelineView::noteUnder(const QPointF& at) const {
    if (at.y() < mapHeight() || at.y() > headHeight() || at.x() < gutter()) return nullptr;
    for (const Note& note : notes_)
        if (std::abs(rowArea().left() + view_.x(note.atNs) - at.x()) <= kMark + 2) return &note;
    return nullptr;
}

void TimelineView::addNote(int64_t ns) {
    if (file_.isEmpty()) return;
    bool ok = false;
    QString text = QInputDialog::getText(this, QStringLiteral("Note"), QStringLiteral("At %1:").arg(durationText(ns)),
                                         QLineEdit::Normal, {}, &ok);
    if (!ok) return;
    notes_.insert(
        std::upper_bound(notes_.begin(), notes_.end(), ns, [](int64_t at, const Note& note) { return at < note.atNs; }),
        {ns, text});
    context_.status(saveNotes(file_, notes_));
    viewport()->update();
}

void TimelineView::removeNote(int64_t ns) {
    auto near = [&](const Note& note) { return std::abs(view_.x(note.atNs) - view_.x(ns)) <= kMark + 4; };
    if (std::erase_if(notes_, near) == 0) return context_.status(QStringLiteral("No note here"));
    context_.status(saveNotes(file_, notes_));
    viewport()->update();
}

// Flags on the ruler with as much of their text as fits before the next one.
void TimelineView::paintNotes(QPainter& painter) {
    const Theme& theme = *context_.theme;
    QRectF area = rowArea();
    painter.save();
    painter.setClipRect(QRectF(area.left(), mapHeight(), area.width(), viewport()->height()));
    painter.setFont(scaledFont(0.88));
    QFontMetricsF metrics(painter.font());
    for (size_t i = 0; i < notes_.size(); ++i) {
        double x = area.left() + view_.x(notes_[i].atNs);
        double next = i + 1 < notes_.size() ? area.left() + view_.x(notes_[i + 1].atNs) : area.right();
        if (x < area.left() - 200 || x > area.right()) continue;
        painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
        painter.drawLine(QPointF(x, mapHeight() + 2), QPointF(x, viewport()->height()));
        double width = std::min({next - x - 4, metrics.horizontalAdvance(notes_[i].text) + 10, 260.0});
        QRectF flag(x, mapHeight() + 2, std::max(width, 8.0), metrics.height() + 3);
        painter.fillRect(flag, theme.accent);
        painter.setPen(theme.onAccent);
        if (width > 24)
            painter.drawText(flag.adjusted(5, 0, -3, 0), Qt::AlignLeft | Qt::AlignVCenter,
                             metrics.elidedText(notes_[i].text, Qt::ElideRight, width - 8));
    }
    painter.restore();
}

// A line along the top of each thread's states while the run depends on it, and down to the next thread.
void TimelineView::paintPath(QPainter& painter) {
    auto insight = context_.session.insight();
    if (!insight) return;
    const Theme& theme = *context_.theme;
    QImage line(std::max(view_.width, 1), 1, QImage::Format_ARGB32_Premultiplied);
    for (uint32_t t = 0; t < insight->path.size(); ++t) {
        QRectF box = stateBox({t});
        if (box.isEmpty() || box.bottom() < headHeight() || box.top() > viewport()->height()) continue;
        // One line of pixels, drawn at once: in a wide view each of them is another shade.
        TrackLayout track = layoutTrack(insight->path[t], view_);
        line.fill(Qt::transparent);
        auto* pixels = reinterpret_cast<QRgb*>(line.bits());
        for (const SpanBox& span : track.boxes) {
            int left = std::clamp(static_cast<int>(span.left), 0, line.width());
            int right = std::clamp(static_cast<int>(span.right + 0.5f), left, line.width());
            std::fill(pixels + left, pixels + std::max(right, std::min(left + 1, line.width())), theme.accent.rgb());
        }
        for (const SpanColumn& column : track.columns) {
            float share = 0;
            for (float part : column.share) share += part;
            if (share > 0 && column.x < line.width())
                pixels[column.x] =
                    blend(theme.card, theme.accent, std::min(0.25 + static_cast<double>(share), 1.0)).rgb();
        }
        painter.drawImage(QRectF(rowArea().left(), box.top() - 4, line.width(), 3), line);
    }
    const List<trace::PathPart>& parts = insight->analysis.path.parts;
    auto first = std::lower_bound(parts.begin(), parts.end(), view_.beginNs,
                                  [](const trace::PathPart& part, int64_t ns) { return part.endNs < ns; });
    auto end = std::lower_bound(first, parts.end(), view_.endNs,
                                [](const trace::PathPart& part, int64_t ns) { return part.beginNs < ns; });
    if (static_cast<size_t>(end - first) > kMostTurns) return;
    painter.setPen(QPen(theme.accent, 1.2));
    for (; first != end && first + 1 != end; ++first) {
        if (first->thread == (first + 1)->thread) continue;
        QRectF from = stateBox(first->thread), to = stateBox((first + 1)->thread);
        double x = rowArea().left() + view_.x(first->endNs);
        if (!from.isEmpty() && !to.isEmpty()) painter.drawLine(QPointF(x, from.top() - 3), QPointF(x, to.top() - 3));
    }
}

// From whoever let a wait end to the waiter; none when there are too many to be told apart.
void TimelineView::paintWakeUps(QPainter& painter) {
    struct Arrow {
        QPointF from, to;
        State state;
    };
    auto recording = context_.session.recording();
    std::vector<Arrow> arrows;
    size_t inView = 0;
    auto shortest = static_cast<int64_t>(view_.nsPerPixel() * kLeastWait);
    for (uint32_t t = 0; t < rowOfThread_.size(); ++t) {
        QRectF box = stateBox({t});
        if (box.bottom() < headHeight() || box.top() > viewport()->height()) continue;
        const SpanTrack& track = recording->index.threads[t].waits;
        const List<Span>& spans = track.spans();
        size_t first = track.firstEndingAfter(view_.beginNs);
        size_t last = track.firstEndingAfter(view_.endNs);
        inView += last - first;
        if (inView > 8 * kMostWakeUps) return;  // the few long ones among so many would not be told apart either
        for (size_t i = first; i < last; ++i) {
            const trace::Wait& wait = recording->timeline.threads[t].waits[spans[i].item];
            if (!wait.finished || !wait.blocker.valid() || spans[i].endNs - spans[i].beginNs < shortest) continue;
            QRectF from = stateBox(wait.blocker);
            bool seen = from.bottom() >= headHeight() && from.top() <= viewport()->height();
            if (from.isEmpty() || !seen || wait.blocker.value == t) continue;
            if (arrows.size() == kMostWakeUps) return;
            double x = rowArea().left() + view_.x(spans[i].endNs);
            bool down = from.top() < box.top();
            arrows.push_back({{x - 1, down ? from.bottom() : from.top()},
                              {x, down ? box.top() : box.bottom()},
                              static_cast<State>(spans[i].category)});
        }
    }
    const Theme& theme = *context_.theme;
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Arrow& arrow : arrows)
        drawArrow(painter, arrow.from, arrow.to, blend(theme.text, theme.of(arrow.state), 0.55));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace raddle::gui
