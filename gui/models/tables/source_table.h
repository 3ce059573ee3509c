// The files of a program by what they cost: time on the CPU, waits, making others wait, findings.
#pragma once

#include "gui/models/base/table_model.h"
#include "gui/models/session/source_costs.h"

namespace raddle::gui {

class SourceTable : public TableModel {
    Q_OBJECT

  public:
    enum Columns { File, Cpu, LockWait, OtherWait, Blocking, Findings };

    using TableModel::TableModel;

    void show(const SourceCosts& costs);
    const std::string& file(uint32_t id) const { return rows_[id].first; }
    uint32_t idOf(const std::string& file) const;  // UINT32_MAX when it is not among them
    bool hasColumn(SourceColumn column) const { return most_[static_cast<size_t>(column)] > 0; }

    const std::vector<Column>& columns() const override;
    int rowCount(const QModelIndex& parent = {}) const override;

  protected:
    Cell cell(int row, int column) const override;
    uint32_t id(int row) const override { return static_cast<uint32_t>(row); }

  private:
    std::vector<std::pair<std::string, LineCost>> rows_;  // costliest first
    SourceTimes most_{};
};

}  // namespace raddle::gui
