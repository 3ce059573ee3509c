#include "gui/views/graphs/flame_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/models/base/format.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr double kLabelPixels = 26;  // narrower boxes carry no text

}  // namespace

FlameView::FlameView(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setSizePolicy(policy);
}

void FlameView::show(FlameTree tree, FlameCost cost) {
    tree_ = std::move(tree);
    cost_ = cost;
    zoomed_ = current_ = 0;
    match();
    relayout();
    updateGeometry();
    Q_EMIT zoomChanged();
}

void FlameView::setUpwards(bool upwards) {
    upwards_ = upwards;
    update();
}

void FlameView::search(const QString& text) {
    text_ = text.trimmed();
    match();
    update();
    Q_EMIT zoomChanged();
}

void FlameView::zoomTo(uint32_t node) {
    if (node >= tree_.nodes.size()) return;
    zoomed_ = current_ = node;
    match();
    relayout();
    Q_EMIT zoomChanged();
}

// Nodes are in the order of their levels, so a parent is looked at before its children.
void FlameView::match() {
    matches_.assign(tree_.nodes.size(), false);
    matched_ = 0;
    if (text_.isEmpty() || tree_.nodes.empty()) return;
    enum : uint8_t { outside, inside, counted };
    std::vector<uint8_t> state(tree_.nodes.size(), outside);
    int64_t sum = 0;
    for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
        const FlameNode& node = tree_.nodes[i];
        matches_[i] = nodeText(context_.session.timeline(), node).contains(text_, Qt::CaseInsensitive);
        uint8_t above = node.parent == FlameNode::kNone ? uint8_t{outside} : state[node.parent];
        state[i] = i == zoomed_ && above == outside ? uint8_t{inside} : above;
        if (state[i] == inside && matches_[i]) {
            state[i] = counted;
            sum += node.totalNs;
        }
    }
    matched_ = static_cast<double>(sum) / static_cast<double>(std::max<int64_t>(tree_.nodes[zoomed_].totalNs, 1));
}

void FlameView::relayout() {
    layout_ = layoutFlame(tree_, zoomed_, width());
    hover_ = SIZE_MAX;
    update();
}

double FlameView::rowHeight() const {
    // A little taller where there is room.
    double least = QFontMetricsF(font()).height() + 6;
    return std::clamp(height() / static_cast<double>(layout_.rows + 1), least, least * 1.35);
}

QSize FlameView::sizeHint() const {
    return {600, static_cast<int>((QFontMetricsF(font()).height() + 6) * (tree_.depth + 1)) + 2};
}

void FlameView::resizeEvent(QResizeEvent*) {
    relayout();
}

QRectF FlameView::boxOf(const FlameBox& box) const {
    double y = upwards_ ? height() - rowHeight() * (box.depth + 1) : rowHeight() * box.depth;
    return {box.left, y, box.right - box.left, rowHeight()};
}

size_t FlameView::boxUnder(const QPointF& at) const {
    double row = (upwards_ ? height() - at.y() : at.y()) / rowHeight();
    return row < 0 ? SIZE_MAX : boxAt(layout_, static_cast<uint32_t>(row), at.x());
}

// The kind says the hue, the name shades it, so that neighbours stay apart and a function looks the same everywhere.
QColor FlameView::colourOf(const FlameNode& node) const {
    const Theme& theme = *context_.theme;
    double shade = 0.15 + 0.45 * static_cast<double>(node.id * 2654435761u >> 24) / 255.0;
    switch (node.kind) {
        case FlameNode::Kind::root:
            return theme.panel;
        case FlameNode::Kind::thread:
            return blend(theme.card, theme.accent, 0.28);
        case FlameNode::Kind::lock:
            return theme.of(State::lockWait);
        case FlameNode::Kind::object:
            return theme.of(State::eventWait);
        case FlameNode::Kind::reason:
            return theme.of(State::sleep);
        case FlameNode::Kind::heldBy:
            return theme.holdBlocking;
        case FlameNode::Kind::wokenBy:
            return blend(theme.card, theme.of(State::eventWait), 0.5);
        case FlameNode::Kind::function:
            break;
    }
    QColor base = cost_ == FlameCost::samples || cost_ == FlameCost::calls ? theme.of(State::running)
                  : cost_ == FlameCost::eventWaits                         ? theme.of(State::eventWait)
                  : cost_ == FlameCost::otherWaits                         ? theme.of(State::joinWait)
                                                                           : theme.call[2];
    return blend(base, theme.card, shade);
}

void FlameView::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    const Theme& theme = *context_.theme;
    painter.fillRect(event->rect(), theme.card);
    const trace::Timeline& timeline = context_.session.timeline();
    trace::FunctionId chosen = context_.selection.state().function;
    QFontMetricsF metrics(font());
    for (size_t i = 0; i < layout_.boxes.size(); ++i) {
        const FlameBox& box = layout_.boxes[i];
        QRectF rect = boxOf(box);
        if (!rect.intersects(event->rect())) continue;
        const FlameNode& node = tree_.nodes[box.node];
        QColor fill = colourOf(node);
        bool selected = node.kind == FlameNode::Kind::function && node.id == chosen.value;
        if (!text_.isEmpty()) fill = matches_[box.node] ? theme.accent : blend(theme.card, fill, 0.4);
        if (box.caller) fill = blend(theme.card, fill, 0.55);
        if (i == hover_) fill = blend(fill, theme.text, 0.15);
        QRectF inner = rect.adjusted(0, 0, rect.width() > 3 ? -1 : -0.3, -1);
        painter.fillRect(inner, fill);
        if (selected || (box.node == current_ && hasFocus())) {
            painter.setPen(QPen(selected ? theme.focus : theme.accent, 1.5));
            painter.drawRect(inner.adjusted(0.75, 0.75, -0.75, -0.75));
        }
        if (rect.width() < kLabelPixels) continue;
        painter.setPen(textOn(fill));
        QRectF line = inner.adjusted(5, 0, -3, 0);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(nodeText(timeline, node), Qt::ElideRight, line.width()));
    }
}

QStringList FlameView::describe(const FlameNode& node) const {
    const trace::Timeline& timeline = context_.session.timeline();
    auto share = [&](int64_t of) {
        return percentText(static_cast<double>(node.totalNs) / static_cast<double>(std::max<int64_t>(of, 1)));
    };
    QStringList lines{nodeText(timeline, node)};
    if (node.kind == FlameNode::Kind::root) lines[0] = QStringLiteral("All");
    lines << QStringLiteral("%1, %2 of all").arg(durationText(node.totalNs), share(tree_.nodes[0].totalNs));
    if (node.parent != FlameNode::kNone && node.parent != 0)
        lines.back() += QStringLiteral(", %1 of its caller").arg(share(tree_.nodes[node.parent].totalNs));
    if (node.selfNs > 0 && node.selfNs < node.totalNs)
        lines << QStringLiteral("%1 of it by itself").arg(durationText(node.selfNs));
    if (node.count > 0)
        lines << (cost_ == FlameCost::samples ? plural(node.count, "sample", "samples")
                  : cost_ == FlameCost::calls ? plural(node.count, "call", "calls")
                                              : plural(node.count, "wait", "waits"));
    if (QString place = nodePlace(timeline, node); !place.isEmpty()) lines << place;
    return lines;
}

void FlameView::mouseMoveEvent(QMouseEvent* event) {
    size_t under = boxUnder(event->position());
    if (under == hover_) return;
    hover_ = under;
    update();
    if (under == SIZE_MAX) {
        context_.status({});
        return QToolTip::hideText();
    }
    QStringList lines = describe(tree_.nodes[layout_.boxes[under].node]);
    context_.status(lines.join(QStringLiteral("   ·   ")));
    QToolTip::showText(event->globalPosition().toPoint() + QPoint(14, 18), lines.join(QLatin1Char('\n')), this);
}

void FlameView::leaveEvent(QEvent*) {
    hover_ = SIZE_MAX;
    context_.status({});
    update();
}

void FlameView::mousePressEvent(QMouseEvent* event) {
    size_t under = boxUnder(event->position());
    if (under != SIZE_MAX) setCurrent(layout_.boxes[under].node);
}

void FlameView::mouseDoubleClickEvent(QMouseEvent* event) {
    size_t under = boxUnder(event->position());
    if (under != SIZE_MAX) zoomTo(layout_.boxes[under].node);
}

void FlameView::setCurrent(uint32_t node) {
    current_ = node;
    update();
    if (tree_.nodes[node].kind == FlameNode::Kind::function) Q_EMIT chose({tree_.nodes[node].id});
    context_.status(describe(tree_.nodes[node]).join(QStringLiteral("   ·   ")));
}

void FlameView::keyPressEvent(QKeyEvent* event) {
    if (tree_.nodes.empty()) return QWidget::keyPressEvent(event);
    const FlameNode& node = tree_.nodes[current_];
    bool hasParent = node.parent != FlameNode::kNone;
    auto sibling = [&](int step) {
        if (!hasParent) return;
        const FlameNode& parent = tree_.nodes[node.parent];
        int64_t next = int64_t{current_} + step;
        if (next >= parent.firstChild && next < int64_t{parent.firstChild} + parent.children)
            setCurrent(static_cast<uint32_t>(next));
    };
    int key = event->key();
    if (upwards_ && (key == Qt::Key_Up || key == Qt::Key_Down)) key = key == Qt::Key_Up ? Qt::Key_Down : Qt::Key_Up;
    switch (key) {
        case Qt::Key_Up:
            if (hasParent) setCurrent(node.parent);
            return;
        case Qt::Key_Down:
            if (node.children > 0) setCurrent(node.firstChild);
            return;
        case Qt::Key_Left:
            return sibling(-1);
        case Qt::Key_Right:
            return sibling(1);
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_F:
            return zoomTo(current_);
        case Qt::Key_Backspace:
            return zoomTo(tree_.nodes[zoomed_].parent == FlameNode::kNone ? 0 : tree_.nodes[zoomed_].parent);
        case Qt::Key_Home:
            return zoomTo(0);
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace raddle::gui
