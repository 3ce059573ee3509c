// A table of costs: filter field above, bars in the cells, sorted by cost to begin with, columns that fit the
// width. Rows are chosen by id, so that the selection and the table can follow each other. Ctrl+C copies the row; the
// menus copy more and choose columns.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "gui/models/base/table_model.h"
#include "gui/views/widgets/context.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QTableView;

namespace raddle::gui {

class CostTable : public QWidget {
    Q_OBJECT

  public:
    // `noun` names a row in the counter: "lock", "locks". Takes no ownership of the model.
    CostTable(const Context& context, TableModel* model, int sortColumn, const char* one, const char* many,
              QWidget* parent = nullptr);

    void choose(uint32_t id);  // no signal; none when UINT32_MAX or filtered out
    uint32_t chosen() const;   // UINT32_MAX when none
    void focusFilter();
    void hideFilter();  // for small tables
    void setColumnHidden(int column, bool hidden);
    QTableView* view() const { return view_; }
    int heightOfRows(int most) const;  // that shows all rows, at most this many

  Q_SIGNALS:
    void chose(uint32_t id);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void fitColumns();
    double growth(const std::vector<bool>& shown) const;
    void count();
    void addMenus();
    void addCopyActions(QMenu* menu);
    void chooseColumns(const QPoint& at);
    QString asText(bool wholeTable) const;

    const Context& context_;
    TableModel* model_;
    TableFilter* filter_;
    QWidget* bar_;
    QLineEdit* text_;
    QLabel* counter_;
    QTableView* view_;
    const char* one_;
    const char* many_;
    bool choosing_ = false;
    std::vector<bool> hidden_;                // by column: what it has is not in the recording
    std::vector<std::optional<bool>> asked_;  // by column: shown or not, where the user said so
};

}  // namespace raddle::gui
