// LockOrderView: a graph of locks as a widget: boxes for locks, an arrow from each lock held to one taken meanwhile;
// whole lines were seen in the run, dashed ones only the scanner knows, red ones can deadlock. Wheel zooms at the
// cursor, dragging moves, arrow keys walk from arrow to arrow, F fits.
#pragma once

#include <QWidget>

#include "gui/models/graphs/graph_layout.h"
#include "gui/models/graphs/lock_graph.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

class LockOrderView : public QWidget {
    Q_OBJECT

  public:
    explicit LockOrderView(const Context& context, QWidget* parent = nullptr);

    void show(LockGraph graph);
    const LockGraph& graph() const { return graph_; }
    void choose(size_t arrow);  // SIZE_MAX for none; no signal

  Q_SIGNALS:
    void choseArrow(size_t arrow);
    void choseLock(trace::LockId lock);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void fit();
    void zoom(double factor, const QPointF& at);
    QPointF toGraph(const QPointF& at) const { return (at - origin_) / scale_; }
    size_t nodeAt(const QPointF& at) const;
    size_t arrowAt(const QPointF& at) const;
    void paintArrow(QPainter& painter, size_t arrow) const;
    void paintNode(QPainter& painter, size_t node) const;

    const Context& context_;
    LockGraph graph_;
    GraphLayout layout_;
    double scale_ = 1;
    QPointF origin_, pressed_, last_;
    bool moved_ = false;
    bool fitted_ = true;  // follows the widget's size until the user zooms or moves
    size_t chosen_ = SIZE_MAX;
};

}  // namespace raddle::gui
