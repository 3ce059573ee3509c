// The source page: files by what they cost, and the chosen one with time, waits and findings beside its lines. Follows
// the selected time and threads, and goes to the selected function or finding.
#pragma once

#include "gui/models/session/source_costs.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QLabel;

namespace raddle::gui {

class CostTable;
class SourceTable;
class SourceView;

class SourcePage : public PageView {
    Q_OBJECT

  public:
    explicit SourcePage(const Context& context, QWidget* parent = nullptr);

    void restyle() override;
    bool focusFilter() override;
    const QAbstractItemModel* table() const override;

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void outdated();
    void rebuild();
    void followSelection();
    void showFile(const SourceLocation& at);
    void showLine(uint32_t line);
    void showLegend();
    SourceLocation costliest(const std::string& file) const;

    const Context& context_;
    SourceTable* model_;
    CostTable* table_;
    QLabel* title_;
    QLabel* legend_;
    SourceView* view_;
    QLabel* detail_;
    SourceCosts costs_;
    SelectionState shown_;
    bool outdated_ = true;
};

}  // namespace raddle::gui
