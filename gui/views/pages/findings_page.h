// Findings, and for the one selected each thread's story side by side with its source, the locks it holds, how it
// came to be, and why nothing excluded it.
#pragma once

#include "gui/models/tables/tables.h"
#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QListView;

namespace raddle::gui {

class Split;
class StackPane;

class FindingsPage : public PageView {
    Q_OBJECT

  public:
    explicit FindingsPage(const Context& context, QWidget* parent = nullptr);
    void restyle() override;

    bool focusFilter() override;
    const QAbstractItemModel* table() const override { return model_; }

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void reload();
    void followSelection();
    void showDetail();
    void showStories(const Finding& finding);
    QString recordedLine(const Finding& finding) const;  // what the recording says of the locks it names

    const Context& context_;
    FindingTable* model_;
    TableFilter* filter_;
    QLineEdit* text_;
    QListView* list_;
    Split* split_;
    QWidget* detail_;
    QLabel* title_;
    QLabel* badges_;
    QHBoxLayout* stories_;
    QLabel* why_;
    QLabel* empty_;
    size_t shown_ = SIZE_MAX;
};

}  // namespace raddle::gui
