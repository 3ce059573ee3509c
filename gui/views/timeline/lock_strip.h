// One lock over the whole recording: how many waited for it, and when it was held. A click goes to the timeline.
#pragma once

#include <QImage>
#include <QWidget>

#include "gui/views/widgets/context.h"

namespace raddle::gui {

class LockStrip : public QWidget {
    Q_OBJECT

  public:
    explicit LockStrip(const Context& context, QWidget* parent = nullptr);

    void show(trace::LockId lock);  // hides itself when invalid

  Q_SIGNALS:
    void pressed();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    const Context& context_;
    trace::LockId lock_;
};

}  // namespace raddle::gui
