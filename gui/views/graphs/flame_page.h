// The flame graph page: on the CPU, in calls or waiting; from the root, from the leaves, or around the selected
// function with its callers above it (sandwich). Follows the selected time, threads and lock.
#pragma once

#include "gui/models/graphs/flame_tree.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QScrollArea;

namespace raddle::gui {

class CostBox;
class FlameView;

class FlamePage : public PageView {
    Q_OBJECT

  public:
    explicit FlamePage(const Context& context, QWidget* parent = nullptr);

    void restyle() override;
    bool focusFilter() override;

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    enum class Shape { root, leaves, sandwich };

    QWidget* buildToolbar();
    void outdated();  // rebuilt now when visible, else when it is next shown
    void rebuild();
    void tell();
    FlameQuery query() const;
    QScrollArea* scrolling(FlameView* view);

    const Context& context_;
    CostBox* cost_;
    QComboBox* shape_;
    QCheckBox* byThread_;
    QCheckBox* upwards_;
    QLineEdit* search_;
    QLabel* note_;
    FlameView* callers_;
    FlameView* graph_;
    QScrollArea* callersArea_;
    QScrollArea* graphArea_;
    SelectionState shown_;
    bool outdated_ = true;
};

}  // namespace raddle::gui
