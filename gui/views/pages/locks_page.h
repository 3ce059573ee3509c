// Locks by what they cost, and for the one selected who makes whom wait, in threads and in code.
#pragma once

#include "gui/models/tables/tables.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QLabel;

namespace raddle::gui {

class BlameMatrix;
class CostTable;
class LockStrip;
class Split;
class StackPane;

class LocksPage : public PageView {
    Q_OBJECT

  public:
    explicit LocksPage(const Context& context, QWidget* parent = nullptr);

    bool focusFilter() override;
    const QAbstractItemModel* table() const override { return model_; }

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void arrange();
    void followSelection();
    void showDetail();
    void showWhatIf();  // how much shorter the run would be with another such lock
    void showPair(uint32_t row);

    const Context& context_;
    LockTable* model_;
    BlameTable* blameModel_;
    CostTable* table_;
    CostTable* blame_;
    Split* split_;
    QWidget* detail_;
    QLabel* title_;
    QLabel* empty_;
    QLabel* whatIf_;
    LockStrip* strip_;
    BlameMatrix* matrix_;
    StackPane* waiter_;
    StackPane* holder_;
    trace::LockId shown_;
    std::optional<TimeRange> shownRange_;
    bool outdated_ = false;  // the detail, while nobody sees it
};

}  // namespace raddle::gui
