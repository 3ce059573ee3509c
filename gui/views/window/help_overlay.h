// All keys, over the window; any key or click closes it.
#pragma once

#include <QWidget>

#include "gui/views/widgets/context.h"

namespace raddle::gui {

class HelpOverlay : public QWidget {
    Q_OBJECT

  public:
    HelpOverlay(const Context& context, QWidget* parent);

    void open();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent*) override { hide(); }
    void mousePressEvent(QMouseEvent*) override { hide(); }

  private:
    const Context& context_;
};

}  // namespace raddle::gui
