#include "gui/views/timeline/timeline_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <cmath>

#include "gui/models/base/format.h"
#include "gui/models/timeline/timeline_text.h"
#include "gui/views/timeline/timeline_painter.h"
#include "gui/views/widgets/style.h"
#include "trace/timeline/sites.h"

namespace raddle::gui {
namespace {

constexpr double kMostGrowth = 2;

}  // namespace

TimelineView::TimelineView(const Context& context, Form form, QWidget* parent)
    : QAbstractScrollArea(parent), context_(context), form_(form) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    connect(&context.session, &Session::recordingChanged, this, &TimelineView::reload);
    connect(&context.session, &Session::insightChanged, this, &TimelineView::reloadInsight);
    connect(&context.session, &Session::findingsChanged, this, &TimelineView::reloadInsight);
    connect(&context.selection, &Selection::changed, this, &TimelineView::followSelection);
    reload();
}

double TimelineView::gutter() const {
    return 190 * fontScale();
}
double TimelineView::mapHeight() const {
    return (form_ == Form::strip ? 30 : 46) * fontScale();
}
double TimelineView::headHeight() const {
    return mapHeight() + 26 * fontScale();
}
double TimelineView::contentY(double y) const {
    return y - headHeight() + verticalScrollBar()->value();
}

QRectF TimelineView::rowArea() const {
    return {gutter(), headHeight(), std::max(viewport()->width() - gutter(), 1.0),
            std::max(viewport()->height() - headHeight(), 1.0)};
}

void TimelineView::reload() {
    auto recording = context_.session.recording();
    QString file = recording ? recording->path : QString();
    // A part of a recording that grows stays in view; the whole of it stays the whole.
    bool part = file == file_ && (view_.beginNs > 0 || view_.endNs < duration_);
    duration_ = recording ? recording->timeline.durationNs : 0;
    relayout();
    if (!part) showAll();
    if (file != file_) {
        notes_.clear();
        Result<std::vector<Note>> notes = loadNotes(file);
        if (notes)
            notes_ = std::move(*notes);
        else
            context_.status(QString::fromStdString(toString(notes.error())));
    }
    file_ = file;
    reloadInsight();
}

void TimelineView::reloadInsight() {
    markers_ = markersOf(context_.session);
    viewport()->update();
}

void TimelineView::setOverlay(Overlay overlay, bool shown) {
    unsigned bit = 1u << static_cast<unsigned>(overlay);
    overlays_ = shown ? overlays_ | bit : overlays_ & ~bit;
    viewport()->update();
}

void TimelineView::relayout() {
    RowOptions options;
    options.scale = fontScale();
    options.statesOnly = form_ == Form::strip;
    if (options.statesOnly) options.lockRows = 0;
    auto recording = context_.session.recording();
    rows_ = recording ? layoutRows(recording->index, recording->tables.summary, options) : RowLayout();
    // Few rows grow into the room there is.
    if (double room = rowArea().height() - 8; recording && form_ == Form::page && rows_.height < room) {
        options.scale *= std::min(room / rows_.height, kMostGrowth);
        rows_ = layoutRows(recording->index, recording->tables.summary, options);
    }
    rowOfThread_.assign(recording ? recording->timeline.threads.size() : 0, UINT32_MAX);
    for (uint32_t i = 0; i < rows_.rows.size(); ++i)
        if (rows_.rows[i].kind == RowKind::thread) rowOfThread_[rows_.rows[i].id] = i;
    updateScrollBar();
    image_ = {};
}

void TimelineView::updateScrollBar() {
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(rows_.height - rowArea().height() + 8)));
    verticalScrollBar()->setPageStep(static_cast<int>(rowArea().height()));
    verticalScrollBar()->setSingleStep(static_cast<int>(24 * fontScale()));
}

void TimelineView::showAll() {
    int64_t duration = context_.session.timeline().durationNs;
    setTimeView(showing(0, duration, static_cast<int>(rowArea().width()), duration));
}

void TimelineView::setTimeView(const TimeView& view) {
    view_ = view;
    view_.width = std::max(static_cast<int>(rowArea().width()), 1);
    image_ = {};
    viewport()->update();
}

void TimelineView::setHidden(State state, bool hidden) {
    unsigned bit = 1u << static_cast<unsigned>(state);
    hidden_ = hidden ? hidden_ | bit : hidden_ & ~bit;
    image_ = {};
    viewport()->update();
}

void TimelineView::fitSelection() {
    const trace::Timeline& timeline = context_.session.timeline();
    const SelectionState& state = context_.selection.state();
    int64_t begin = 0, end = timeline.durationNs;
    if (const trace::Thread* thread = state.wait ? lookup(timeline.threads, state.wait->thread) : nullptr;
        thread && state.wait->index < thread->waits.size()) {
        begin = thread->waits[state.wait->index].beginNs;
        end = thread->waits[state.wait->index].endNs;
        // From where the holder took the lock, so that cause and effect are both in sight.
        if (auto hold = blockingHold(timeline, *state.wait)) {
            const trace::Hold& cause = timeline.threads[hold->thread.index()].holds[hold->index];
            if (end - cause.beginNs < 20 * (end - begin)) begin = std::min(begin, cause.beginNs);
        }
    } else if (state.range) {
        begin = state.range->beginNs;
        end = state.range->endNs;
    } else if (state.threads.size() == 1) {
        begin = timeline.threads[state.threads[0].index()].beginNs;
        end = timeline.threads[state.threads[0].index()].endNs;
    }
    int64_t margin = state.wait || state.range ? (end - begin) / 4 : 0;
    setTimeView(showing(begin - margin, end + margin, view_.width, timeline.durationNs));
}

void TimelineView::step(int direction) {
    auto recording = context_.session.recording();
    if (!recording) return;
    auto next = stepWait(recording->timeline, recording->index, context_.selection.state(), view_, direction);
    if (!next)
        return context_.status(direction > 0 ? QStringLiteral("No later wait") : QStringLiteral("No earlier wait"));
    SelectionState state = context_.selection.state();
    state.wait = next;
    context_.selection.set(std::move(state));
}

void TimelineView::followSelection() {
    const SelectionState& state = context_.selection.state();
    if (state.wait && state.wait != shown_.wait) reveal(*state.wait);
    if (state.range && state.range != shown_.range &&
        (state.range->endNs <= view_.beginNs || state.range->beginNs >= view_.endNs))
        fitSelection();
    shown_ = state;
    image_ = {};
    viewport()->update();
}

// Moves and zooms only as far as needed to make the wait visible.
void TimelineView::reveal(const EventRef& ref) {
    const trace::Timeline& timeline = context_.session.timeline();
    const trace::Thread* thread = lookup(timeline.threads, ref.thread);
    if (!thread || ref.index >= thread->waits.size()) return;
    const trace::Wait& wait = thread->waits[ref.index];
    double pixels = view_.x(wait.endNs) - view_.x(wait.beginNs);
    if (pixels < 12 || wait.beginNs < view_.beginNs || wait.endNs > view_.endNs) {
        int64_t length = wait.endNs - wait.beginNs;
        setTimeView(showing(wait.beginNs - length * 2, wait.endNs + length * 2, view_.width, timeline.durationNs));
    }
    // The blocker first, so that the waiter is in sight where only one of them fits.
    for (trace::ThreadId wanted : {wait.blocker, ref.thread})
        for (const Row& row : rows_.rows)
            if (row.kind == RowKind::thread && row.id == wanted.value) revealRow(row);
}

void TimelineView::revealRow(const Row& row) {
    double top = verticalScrollBar()->value(), bottom = top + rowArea().height();
    if (row.top < top) verticalScrollBar()->setValue(static_cast<int>(row.top));
    if (row.top + row.height > bottom)
        verticalScrollBar()->setValue(static_cast<int>(row.top + row.height - rowArea().height()));
}

void TimelineView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    relayout();
    setTimeView(view_);
    if (context_.selection.state().wait) reveal(*context_.selection.state().wait);
}

void TimelineView::scrollContentsBy(int, int) {
    image_ = {};
    viewport()->update();
}

void TimelineView::restyle() {
    image_ = {};
    viewport()->update();
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    QPointF at = event->position();
    int64_t duration = context_.session.timeline().durationNs;
    QPoint delta = event->angleDelta();
    if (at.x() < gutter()) {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta.y() / 2);
    } else if (event->modifiers() & Qt::ShiftModifier || std::abs(delta.x()) > std::abs(delta.y())) {
        int amount = delta.x() != 0 ? delta.x() : delta.y();
        setTimeView(panned(view_, -amount, duration));
    } else {
        setTimeView(zoomed(view_, std::pow(0.8, delta.y() / 120.0), at.x() - gutter(), duration));
    }
    event->accept();
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    pressed_ = last_ = event->position();
    moved_ = false;
    if (pressed_.x() < gutter() || !context_.session.recording()) return;
    bool ruler = pressed_.y() >= mapHeight() && pressed_.y() < headHeight();
    if (pressed_.y() < mapHeight()) {
        drag_ = Drag::map;
        mapTo(pressed_.x());
    } else if (ruler || event->modifiers() & Qt::ShiftModifier || event->button() == Qt::RightButton) {
        drag_ = Drag::range;
    } else {
        drag_ = Drag::pan;
    }
}

// Centres the view on a place of the map.
void TimelineView::mapTo(double x) {
    int64_t duration = context_.session.timeline().durationNs;
    int64_t length = view_.endNs - view_.beginNs;
    auto middle = static_cast<int64_t>((x - gutter()) / rowArea().width() * static_cast<double>(duration));
    setTimeView(showing(middle - length / 2, middle - length / 2 + length, view_.width, duration));
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    QPointF at = event->position();
    if ((at - pressed_).manhattanLength() > 4) moved_ = true;
    int64_t duration = context_.session.timeline().durationNs;
    if (drag_ == Drag::map) {
        mapTo(at.x());
    } else if (drag_ == Drag::pan && moved_) {
        setTimeView(panned(view_, last_.x() - at.x(), duration));
        verticalScrollBar()->setValue(verticalScrollBar()->value() + static_cast<int>(last_.y() - at.y()));
    } else if (drag_ == Drag::range && moved_) {
        double left = std::min(at.x(), pressed_.x()) - gutter(), right = std::max(at.x(), pressed_.x()) - gutter();
        TimeRange range{std::clamp<int64_t>(view_.time(left), 0, duration),
                        std::clamp<int64_t>(view_.time(right), 0, duration)};
        if (range.endNs > range.beginNs) context_.selection.setRange(range);
    }
    last_ = at;
    hover(at);
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    if (!moved_ && drag_ != Drag::map) click(event->position());
    drag_ = Drag::none;
}

void TimelineView::click(const QPointF& at) {
    if (at.y() < headHeight()) return;
    Selection& selection = context_.selection;
    if (const Marker* marker = markerUnder(at); marker && marker->finding != SIZE_MAX)
        return selection.setFinding(marker->finding);
    Hit hit = hitAt(at);
    if (!hit.row) return;
    if (at.x() < gutter()) {
        if (hit.row->kind == RowKind::thread) selection.toggleThread({hit.row->id});
        if (hit.row->kind == RowKind::lock)
            selection.setLock(selection.state().lock.value == hit.row->id ? trace::LockId()
                                                                          : trace::LockId{hit.row->id});
        return;
    }
    const trace::Timeline& timeline = context_.session.timeline();
    if (!hit.strip || !hit.span) {
        SelectionState state = selection.state();
        state.wait.reset();
        selection.set(std::move(state));
        return;
    }
    switch (hit.strip->kind) {
        case StripKind::state:
            selection.setWait(timeline, EventRef{{hit.row->id}, hit.span->item});
            break;
        case StripKind::hold:
            selection.setLock(timeline.threads[hit.row->id].holds[hit.span->item].lock);
            break;
        case StripKind::call:
            selection.setFunction(timeline.threads[hit.row->id].calls[hit.span->item].function);
            break;
        case StripKind::sample:
            selection.setFunction(
                trace::siteOf(timeline, timeline.threads[hit.row->id].samples[hit.span->item].stack).function);
            break;
        case StripKind::region:
            selection.setFunction(
                trace::siteOf(timeline, timeline.threads[hit.row->id].regions[hit.span->item].where).function);
            break;
        case StripKind::lockHeld:
        case StripKind::lockWaiting:
            selection.setLock({hit.row->id});
            break;
    }
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const Marker* marker = markerUnder(event->position()); marker && marker->finding != SIZE_MAX)
        return context_.show(Page::findings);
    Hit hit = hitAt(event->position());
    if (!hit.span || event->position().x() < gutter()) return;
    int64_t margin = (hit.span->endNs - hit.span->beginNs) / 4;
    setTimeView(showing(hit.span->beginNs - margin, hit.span->endNs + margin, view_.width,
                        context_.session.timeline().durationNs));
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    int64_t duration = context_.session.timeline().durationNs;
    double middle = hover_ && hover_->x() > gutter() ? hover_->x() - gutter() : view_.width / 2.0;
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) return QAbstractScrollArea::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_W:
        case Qt::Key_Plus:
            return setTimeView(zoomed(view_, 0.7, middle, duration));
        case Qt::Key_S:
        case Qt::Key_Minus:
            return setTimeView(zoomed(view_, 1 / 0.7, middle, duration));
        case Qt::Key_A:
        case Qt::Key_Left:
            return setTimeView(panned(view_, -view_.width / 8.0, duration));
        case Qt::Key_D:
        case Qt::Key_Right:
            return setTimeView(panned(view_, view_.width / 8.0, duration));
        case Qt::Key_F:
            return fitSelection();
        case Qt::Key_M:
            return event->modifiers() & Qt::ShiftModifier ? removeNote(view_.time(middle))
                                                          : addNote(view_.time(middle));
        case Qt::Key_Home:
            return showAll();
        case Qt::Key_BracketLeft:
            return step(-1);
        case Qt::Key_BracketRight:
            return step(1);
        case Qt::Key_Down:
            return verticalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        case Qt::Key_Up:
            return verticalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepSub);
        default:
            QAbstractScrollArea::keyPressEvent(event);
    }
}

void TimelineView::leaveEvent(QEvent*) {
    hover_.reset();
    context_.status({});
    viewport()->update();
}

Hit TimelineView::hitAt(const QPointF& at) const {
    auto recording = context_.session.recording();
    if (!recording || at.y() < headHeight()) return {};
    return hitTest(recording->index, rows_, view_, at.x() - gutter(), contentY(at.y()));
}

void TimelineView::hover(const QPointF& at) {
    hover_ = at;
    viewport()->update();
    if (!context_.session.recording() || drag_ != Drag::none) return;
    Hit hit = hitAt(at);
    int64_t ns = view_.time(at.x() - gutter());
    if (const Note* note = noteUnder(at)) {
        context_.status(
            QStringLiteral("%1   ·   at %2   ·   Shift+M removes it").arg(note->text, durationText(note->atNs)));
        QToolTip::showText(viewport()->mapToGlobal(at.toPoint()) + QPoint(14, 18), note->text, viewport());
        return;
    }
    if (const Marker* marker = markerUnder(at)) {
        QStringList lines{marker->text, QStringLiteral("at %1").arg(durationText(marker->atNs))};
        if (marker->finding != SIZE_MAX) lines << QStringLiteral("a double click shows the finding");
        context_.status(lines.join(QStringLiteral("   ·   ")));
        QToolTip::showText(viewport()->mapToGlobal(at.toPoint()) + QPoint(14, 18), lines.join(QLatin1Char('\n')),
                           viewport());
        return;
    }
    QStringList lines = at.x() < gutter() ? describeRow(*context_.session.recording(), hit)
                                          : describeHit(*context_.session.recording(), hit, ns);
    context_.status(lines.join(QStringLiteral("   ·   ")));
    if (lines.isEmpty() || !hit.strip || at.x() < gutter()) return QToolTip::hideText();
    QToolTip::showText(viewport()->mapToGlobal(at.toPoint()) + QPoint(14, 18), lines.join(QLatin1Char('\n')),
                       viewport());
}

}  // namespace raddle::gui
