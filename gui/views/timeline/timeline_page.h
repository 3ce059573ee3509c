// The timeline with its legend and, for a selected wait, its story: who waited where, who held the lock where.
#pragma once

#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

namespace raddle::gui {

class StackPane;
class TimelineView;

class TimelinePage : public PageView {
    Q_OBJECT

  public:
    explicit TimelinePage(const Context& context, QWidget* parent = nullptr);
    void restyle() override;

    TimelineView* view() const { return view_; }

  private:
    void buildLegend();
    void followSelection();

    const Context& context_;
    TimelineView* view_;
    QWidget* legend_;
    QWidget* story_;
    StackPane* waiter_;
    StackPane* blocker_;
};

}  // namespace raddle::gui
