#include "gui/views/graphs/lock_order_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPainterPathStroker>
#include <QToolTip>
#include <cmath>

#include "gui/models/base/format.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr double kMostZoom = 2.5, kLeastZoom = 0.08;
constexpr double kFitZoom = 1.6;  // at most, so that few locks do not fill the window

QPainterPath pathOf(const GraphLine& line) {
    QPainterPath path;
    if (line.curve.empty()) return path;
    path.moveTo(line.curve[0]);
    for (size_t i = 1; i + 2 < line.curve.size(); i += 3)
        path.cubicTo(line.curve[i], line.curve[i + 1], line.curve[i + 2]);
    return path;
}

}  // namespace

LockOrderView::LockOrderView(const Context& context, QWidget* parent) : QWidget(parent), context_(context) {
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(200, 160);
}

void LockOrderView::show(LockGraph graph) {
    graph_ = std::move(graph);
    chosen_ = SIZE_MAX;
    QFontMetricsF metrics(scaledFont(1, true));
    std::vector<QSizeF> boxes;
    for (const LockNode& node : graph_.nodes) {
        double width = metrics.horizontalAdvance(QString::fromStdString(node.name)) + 26;
        boxes.emplace_back(std::clamp(width, 60.0, 320.0), metrics.height() + 16);
    }
    std::vector<std::pair<uint32_t, uint32_t>> lines;
    for (const LockArrow& arrow : graph_.arrows) lines.emplace_back(arrow.from, arrow.to);
    layout_ = layoutGraph(boxes, lines);
    fitted_ = true;
    fit();
}

void LockOrderView::choose(size_t arrow) {
    chosen_ = arrow;
    update();
}

void LockOrderView::fit() {
    if (layout_.size.isEmpty()) return update();
    double margin = 30;
    scale_ = std::min(
        {(width() - 2 * margin) / layout_.size.width(), (height() - 2 * margin) / layout_.size.height(), kFitZoom});
    scale_ = std::max(scale_, kLeastZoom);
    origin_ = QPointF(width() - layout_.size.width() * scale_, height() - layout_.size.height() * scale_) / 2;
    update();
}

void LockOrderView::resizeEvent(QResizeEvent*) {
    if (fitted_) fit();
}

void LockOrderView::zoom(double factor, const QPointF& at) {
    double next = std::clamp(scale_ * factor, kLeastZoom, kMostZoom);
    origin_ = at - (at - origin_) * (next / scale_);
    scale_ = next;
    fitted_ = false;
    update();
}

void LockOrderView::wheelEvent(QWheelEvent* event) {
    zoom(std::pow(1.2, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

void LockOrderView::mousePressEvent(QMouseEvent* event) {
    pressed_ = last_ = event->position();
    moved_ = false;
}

void LockOrderView::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton)) return;
    if ((event->position() - pressed_).manhattanLength() > 4) moved_ = true;
    if (!moved_) return;
    origin_ += event->position() - last_;
    last_ = event->position();
    fitted_ = false;
    update();
}

void LockOrderView::mouseReleaseEvent(QMouseEvent* event) {
    if (moved_) return;
    if (size_t node = nodeAt(event->position()); node != SIZE_MAX) {
        if (graph_.nodes[node].lock.valid()) Q_EMIT choseLock(graph_.nodes[node].lock);
        return;
    }
    if (size_t arrow = arrowAt(event->position()); arrow != SIZE_MAX) {
        choose(arrow);
        Q_EMIT choseArrow(arrow);
    }
}

void LockOrderView::keyPressEvent(QKeyEvent* event) {
    QPointF middle(width() / 2.0, height() / 2.0);
    auto step = [this](int by) {
        size_t count = graph_.arrows.size();
        if (count == 0) return;
        size_t next = chosen_ >= count ? (by > 0 ? 0 : count - 1) : (chosen_ + (by > 0 ? 1 : count - 1)) % count;
        choose(next);
        Q_EMIT choseArrow(next);
    };
    switch (event->key()) {
        case Qt::Key_W:
        case Qt::Key_Plus:
            return zoom(1.25, middle);
        case Qt::Key_S:
        case Qt::Key_Minus:
            return zoom(0.8, middle);
        case Qt::Key_F:
        case Qt::Key_Home:
            fitted_ = true;
            return fit();
        case Qt::Key_Right:
        case Qt::Key_Down:
        case Qt::Key_BracketRight:
            return step(1);
        case Qt::Key_Left:
        case Qt::Key_Up:
        case Qt::Key_BracketLeft:
            return step(-1);
        default:
            QWidget::keyPressEvent(event);
    }
}

size_t LockOrderView::nodeAt(const QPointF& at) const {
    QPointF place = toGraph(at);
    for (size_t i = 0; i < layout_.boxes.size(); ++i)
        if (layout_.boxes[i].contains(place)) return i;
    return SIZE_MAX;
}

size_t LockOrderView::arrowAt(const QPointF& at) const {
    QPainterPathStroker wide;
    wide.setWidth(12 / scale_);
    for (size_t i = 0; i < layout_.lines.size(); ++i)
        if (wide.createStroke(pathOf(layout_.lines[i])).contains(toGraph(at))) return i;
    return SIZE_MAX;
}

bool LockOrderView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    QString text;
    if (size_t node = nodeAt(help->pos()); node != SIZE_MAX) {
        text = QString::fromStdString(graph_.nodes[node].name);
        if (!graph_.nodes[node].lock.valid()) text += QStringLiteral("\nknown from the source only");
    } else if (size_t arrow = arrowAt(help->pos()); arrow != SIZE_MAX) {
        const LockArrow& a = graph_.arrows[arrow];
        text = QStringLiteral("%1 taken while %2 is held")
                   .arg(QString::fromStdString(graph_.nodes[a.to].name),
                        QString::fromStdString(graph_.nodes[a.from].name));
        text += a.observed ? QStringLiteral("\nseen %1").arg(plural(a.count, "time", "times"))
                           : QStringLiteral("\nnot seen in this run");
        if (!a.findings.empty()) text += QStringLiteral("\n%1").arg(plural(a.findings.size(), "finding", "findings"));
    }
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), text, this);
    return true;
}

void LockOrderView::paintArrow(QPainter& painter, size_t number) const {
    const Theme& theme = *context_.theme;
    const LockArrow& arrow = graph_.arrows[number];
    const GraphLine& line = layout_.lines[number];
    if (line.curve.size() < 4) return;
    QColor colour = arrow.dangerous ? theme.bad : arrow.inCircle ? theme.warning : theme.muted;
    QPainterPath path = pathOf(line);
    if (number == chosen_) {
        painter.setPen(QPen(blend(theme.card, theme.accent, 0.4), 9, Qt::SolidLine, Qt::RoundCap));
        painter.drawPath(path);
    }
    double width = arrow.observed && !arrow.findings.empty() ? 3 : arrow.dangerous ? 2.2 : 1.4;
    painter.setPen(QPen(colour, width, arrow.observed ? Qt::SolidLine : Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    QPointF tip = line.curve.back(),
            before = path.pointAtPercent(path.percentAtLength(std::max(path.length() - 10, 0.0)));
    QPointF along = tip - before;
    double length = std::hypot(along.x(), along.y());
    if (length < 1e-6) return;
    along /= length;
    QPointF across(-along.y(), along.x());
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF({tip, tip - along * 11 + across * 4.5, tip - along * 11 - across * 4.5}));
    if (!arrow.observed || scale_ < 0.45) return;
    QPointF middle = path.pointAtPercent(0.5);
    QString text = QStringLiteral("%1×").arg(countText(arrow.count));
    painter.setFont(scaledFont(0.88));
    QFontMetricsF metrics(painter.font());
    QRectF box(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height());
    box.moveCenter(middle);
    painter.fillRect(box, theme.card);
    painter.setPen(arrow.dangerous ? theme.bad : theme.muted);
    painter.drawText(box, Qt::AlignCenter, text);
}

void LockOrderView::paintNode(QPainter& painter, size_t number) const {
    const Theme& theme = *context_.theme;
    const LockNode& node = graph_.nodes[number];
    QRectF box = layout_.boxes[number];
    bool chosen = node.lock.valid() && node.lock == context_.selection.state().lock;
    painter.setBrush(chosen ? blend(theme.card, theme.accent, theme.dark ? 0.35 : 0.18) : theme.stripe);
    painter.setPen(QPen(node.inCircle ? theme.bad : theme.border, node.inCircle ? 2 : 1.2,
                        node.lock.valid() ? Qt::SolidLine : Qt::DashLine));
    painter.drawRoundedRect(box, 7, 7);
    painter.setPen(theme.text);
    painter.setFont(scaledFont(1, true));
    QFontMetricsF metrics(painter.font());
    painter.drawText(box, Qt::AlignCenter,
                     metrics.elidedText(QString::fromStdString(node.name), Qt::ElideMiddle, box.width() - 14));
}

void LockOrderView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), context_.theme->card);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(origin_);
    painter.scale(scale_, scale_);
    for (size_t i = 0; i < layout_.lines.size(); ++i) paintArrow(painter, i);
    for (size_t i = 0; i < layout_.boxes.size(); ++i) paintNode(painter, i);
}

}  // namespace raddle::gui
