// TableModel: the common part of all tables. A table says its columns and what a cell shows; this turns it into
// Qt's roles: text, alignment, tool tip, a number to sort by and a share for the bar drawn behind the text.
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <vector>

#include "gui/models/base/theme.h"

namespace raddle::gui {

struct Column {
    const char* title;
    const char* tip;
    bool number = true;     // numbers stand right and start sorting from the largest
    int width = 90;         // to begin with, in pixels at 96 dpi; the first column takes what is left
    const char* unit = "";  // of its numbers in full
    bool spare = false;     // left out where the others are short of room; the last such first
};

struct Cell {
    QString text;
    double sort = 0;  // of number columns
    double bar = -1;  // 0..1; negative for no bar
    State colour = State::running;
    bool blocks = false;  // the bar is about making others wait, whatever `colour` says
    QString tip;          // when it says more than the text
};

class TableModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Role { SortRole = Qt::UserRole, BarRole, ColourRole, BlocksRole, IdRole, UnitRole };

    using QAbstractTableModel::QAbstractTableModel;

    virtual const std::vector<Column>& columns() const = 0;

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  protected:
    virtual Cell cell(int row, int column) const = 0;
    virtual uint32_t id(int row) const = 0;  // of the table's subject: a LockId's, a FunctionId's value
};

// Sorts by SortRole, keeps rows whose first text columns contain the filter text.
class TableFilter : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    explicit TableFilter(QObject* parent = nullptr);

    // Titles with a mark at the column sorted by.
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    // The row with this id as an index of the first column; invalid when filtered out or not there.
    QModelIndex indexOf(uint32_t id) const;

  protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

}  // namespace raddle::gui
