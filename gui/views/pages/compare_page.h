// The comparison page: two of the recordings that are open, by lock and function.
#pragma once

#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QComboBox;
class QLabel;

namespace raddle::gui {

class CompareTable;
class CostTable;

class ComparePage : public PageView {
    Q_OBJECT

  public:
    explicit ComparePage(const Context& context, QWidget* parent = nullptr);

    bool focusFilter() override;
    const QAbstractItemModel* table() const override;

  private:
    void followSession();
    void rebuild();

    const Context& context_;
    CompareTable* model_;
    CostTable* table_;
    QComboBox* before_;
    QComboBox* after_;
    QLabel* note_;
};

}  // namespace raddle::gui
