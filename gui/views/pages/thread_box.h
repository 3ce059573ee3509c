// A box to choose the thread that a page is about: all, or one. It follows the shared selection, where several may be
// chosen.
#pragma once

#include <QComboBox>

#include "gui/views/widgets/context.h"

namespace raddle::gui {

class ThreadBox : public QComboBox {
    Q_OBJECT

  public:
    explicit ThreadBox(const Context& context, QWidget* parent = nullptr);

  private:
    void fill();
    void follow();

    const Context& context_;
};

}  // namespace raddle::gui
