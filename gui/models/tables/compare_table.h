// Two recordings of a program side by side: locks and functions of the same name in one row, what they cost before and
// after and by how much that changed; most changed first. What only one of them has stands against nothing.
#pragma once

#include "gui/models/base/table_model.h"
#include "gui/models/session/session.h"

namespace raddle::gui {

struct CompareRow {
    enum class What : uint8_t { lockWait, lockHold, functionSelf, functionWait };

    What what = What::lockWait;
    QString name;
    int64_t beforeNs = 0;
    int64_t afterNs = 0;
    uint64_t beforeCount = 0;  // acquisitions, calls, or waits
    uint64_t afterCount = 0;

    int64_t changeNs() const { return afterNs - beforeNs; }
    bool operator==(const CompareRow&) const = default;
};

// Rows that cost nothing in both are left out.
std::vector<CompareRow> compare(const Recording& before, const Recording& after);

class CompareTable : public TableModel {
    Q_OBJECT

  public:
    enum Columns { Name, What, Before, After, Change, Factor, CountBefore, CountAfter };

    using TableModel::TableModel;

    void show(std::vector<CompareRow> rows);

    const std::vector<Column>& columns() const override;
    int rowCount(const QModelIndex& parent = {}) const override;

  protected:
    Cell cell(int row, int column) const override;
    uint32_t id(int row) const override { return static_cast<uint32_t>(row); }

  private:
    std::vector<CompareRow> rows_;
    int64_t most_ = 0, mostChange_ = 0;
};

}  // namespace raddle::gui
