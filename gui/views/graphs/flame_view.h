// FlameView: a flame graph as a widget, growing down (icicle) or up. A click selects a function, a double click or
// Enter zooms to it, Backspace goes back to its caller; arrows walk along the boxes. Names that contain the search
// text are lit up.
#pragma once

#include <QWidget>

#include "gui/models/graphs/flame_layout.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

class FlameView : public QWidget {
    Q_OBJECT

  public:
    explicit FlameView(const Context& context, QWidget* parent = nullptr);

    void show(FlameTree tree, FlameCost cost);
    void setUpwards(bool upwards);
    void search(const QString& text);
    void zoomTo(uint32_t node);
    uint32_t zoomed() const { return zoomed_; }
    const FlameTree& tree() const { return tree_; }
    // Of the time of the node zoomed to, what lies in names that contain the search text, each counted once.
    double matchedShare() const { return matched_; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {100, sizeHint().height()}; }

  Q_SIGNALS:
    void chose(trace::FunctionId function);
    void zoomChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void relayout();
    void match();
    double rowHeight() const;
    QRectF boxOf(const FlameBox& box) const;
    size_t boxUnder(const QPointF& at) const;
    QColor colourOf(const FlameNode& node) const;
    QStringList describe(const FlameNode& node) const;
    void setCurrent(uint32_t node);

    const Context& context_;
    FlameTree tree_;
    FlameCost cost_ = FlameCost::waits;
    FlameLayout layout_;
    std::vector<bool> matches_;  // by node
    QString text_;
    double matched_ = 0;
    uint32_t zoomed_ = 0;
    uint32_t current_ = 0;
    size_t hover_ = SIZE_MAX;
    bool upwards_ = false;
};

}  // namespace raddle::gui
