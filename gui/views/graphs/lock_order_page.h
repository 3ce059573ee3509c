// The lock order page: which locks are taken while others are held, in the run and in the source, and for the chosen
// arrow the two places: where the first was taken and where the second.
#pragma once

#include "gui/models/graphs/lock_graph.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QLabel;

namespace raddle::gui {

class LockOrderView;
class StackPane;

class LockOrderPage : public PageView {
    Q_OBJECT

  public:
    explicit LockOrderPage(const Context& context, QWidget* parent = nullptr);

    void restyle() override;

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void outdated();
    void rebuild();
    void tell();
    void showArrow(size_t arrow);

    const Context& context_;
    QLabel* note_;
    QLabel* legend_;
    LockOrderView* view_;
    QWidget* detail_;
    QLabel* title_;
    StackPane* held_;
    StackPane* taken_;
    bool outdated_ = true;
};

}  // namespace raddle::gui
