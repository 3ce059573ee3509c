// Functions by time, and for the one selected its callers, callees and source.
#pragma once

#include "gui/models/tables/tables.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QLabel;

namespace raddle::gui {

class BarList;
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
    void arrange();
    void followTables();
    void followSelection();
    void showDetail();

    const Context& context_;
    FunctionTable* model_;
    CostTable* table_;
    Split* split_;
    QLabel* note_;
    ThreadBox* threads_;
    QLabel* title_;
    QWidget* neighbours_;
    BarList* callers_;
    BarList* callees_;
    SourceView* source_;
    trace::FunctionId shown_;
    std::optional<TimeRange> shownRange_;
    bool outdated_ = false;  // the detail, while nobody sees it
};

}  // namespace raddle::gui
