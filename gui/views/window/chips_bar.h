// The selection as a row of chips; pressing one removes its part.
#pragma once

#include <QWidget>

#include "gui/views/widgets/context.h"

class QHBoxLayout;

namespace raddle::gui {

class ChipsBar : public QWidget {
    Q_OBJECT

  public:
    explicit ChipsBar(const Context& context, QWidget* parent = nullptr);

  private:
    void rebuild();

    const Context& context_;
    QHBoxLayout* layout_;
};

}  // namespace raddle::gui
