// Functions by time, as a list or as trees of calls, and for the one selected its callers, callees and source with what
// each line costs.
#pragma once

#include "gui/models/session/source_costs.h"
#include "gui/models/tables/tables.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QLabel;
class QStackedWidget;

namespace raddle::gui {

class BarList;
class CallTreePane;
class CostTable;
class SourceView;
class Split;
class ThreadBox;

class FunctionsPage : public PageView {
    Q_OBJECT

  public:
    explicit FunctionsPage(const Context& context, QWidget* parent = nullptr);

    bool focusFilter() override;
    const QAbstractItemModel* table() const override { return model_; }

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    enum class Shape { list, bottomUp, topDown };

    QWidget* buildShapes();
    void showShape(Shape shape);
    void arrange();
    void followTables();
    void followSelection();
    void showDetail();
    void showSource(const trace::Function& function);

    const Context& context_;
    FunctionTable* model_;
    CostTable* table_;
    CallTreePane* tree_;
    QStackedWidget* lists_;
    Split* split_;
    QLabel* note_;
    ThreadBox* threads_;
    QLabel* title_;
    QWidget* neighbours_;
    QLabel* calledBy_;
    QLabel* calls_;
    BarList* callers_;
    BarList* callees_;
    SourceView* source_;
    trace::FunctionId shown_;
    std::optional<TimeRange> shownRange_;
    std::vector<StackCost> stackCosts_;  // of costsOf_ and costsQuery_
    std::shared_ptr<const Recording> costsOf_;
    SourceQuery costsQuery_;
    bool outdated_ = false;  // the detail, while nobody sees it
};

}  // namespace raddle::gui
