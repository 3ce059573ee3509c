// Who waits (rows) × who holds (columns) as a heat map with times in the cells.
#pragma once

#include <QWidget>

#include "gui/models/recording/lock_detail.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

class BlameMatrix : public QWidget {
    Q_OBJECT

  public:
    explicit BlameMatrix(const Context& context, QWidget* parent = nullptr);

    void show(const LockDetail& detail);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Grid {
        double left, top, cellWidth, cellHeight;
        size_t rows, columns;
    };
    Grid grid() const;
    QString nameOf(trace::ThreadId id) const;

    const Context& context_;
    LockDetail detail_;
};

}  // namespace raddle::gui
