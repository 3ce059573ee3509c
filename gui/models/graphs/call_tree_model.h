// CallTreeModel: a flame tree as a tree to be read line by line, with costs in columns: from the leaves what is
// expensive and who calls it (bottom up), from the root where the time goes (top down). Roles are TableModel's;
// children lie costliest first.
#pragma once

#include <QAbstractItemModel>

#include "gui/models/base/table_model.h"
#include "gui/models/graphs/flame_tree.h"

namespace raddle::gui {

class CallTreeModel : public QAbstractItemModel {
    Q_OBJECT

  public:
    enum Columns { Name, Total, Self, Count, Binary, Place };

    using QAbstractItemModel::QAbstractItemModel;

    // The timeline must outlive what is shown of it; null for nothing.
    void show(const trace::Timeline* timeline, FlameTree tree, FlameCost cost);
    const FlameTree& tree() const { return tree_; }

    static uint32_t nodeOf(const QModelIndex& index);  // 0, the root's, of an invalid one
    QModelIndex indexOf(uint32_t node) const;
    uint32_t costliestOf(trace::FunctionId function) const;  // a node of it; 0 when there is none

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    Cell cell(uint32_t node, int column) const;
    Cell timeCell(int64_t ns) const;
    const char* countTitle() const;

    const trace::Timeline* timeline_ = nullptr;
    FlameTree tree_;
    FlameCost cost_ = FlameCost::waits;
};

// The state in whose colour a cost is drawn.
State stateOf(FlameCost cost);

}  // namespace raddle::gui
