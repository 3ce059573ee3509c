// A call tree to read line by line: bottom up, from what is expensive to who calls it, or top down. Follows the
// selected time, threads and lock; a line selects its function, and the function selected elsewhere is the line chosen
// here. The search keeps the lines with the text and what leads to them.
#pragma once

#include <QWidget>

#include "gui/models/graphs/call_tree_model.h"
#include "gui/views/widgets/context.h"

class QLabel;
class QLineEdit;
class QTreeView;

namespace raddle::gui {

class CostBox;

class CallTreePane : public QWidget {
    Q_OBJECT

  public:
    explicit CallTreePane(const Context& context, QWidget* parent = nullptr);

    void show(bool fromLeaves);
    void focusFilter();
    QTreeView* view() const { return view_; }

  protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void outdated();
    void rebuild();
    void followFunction();
    void openCostliest();
    void choose(uint32_t node);
    void filter(const QString& text);
    void fitColumns();

    const Context& context_;
    CostBox* cost_;
    QLineEdit* search_;
    QLabel* note_;
    CallTreeModel* model_;
    TableFilter* filter_;
    QTreeView* view_;
    SelectionState shown_;
    bool fromLeaves_ = true;
    bool outdated_ = true;
    bool choosing_ = false;
};

}  // namespace raddle::gui
