#include "gui/models/base/table_model.h"

namespace raddle::gui {

int TableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns().size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
    const Column& column = columns()[static_cast<size_t>(index.column())];
    if (role == IdRole) return id(index.row());
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != SortRole && role != BarRole &&
        role != ColourRole && role != BlocksRole)
        return {};
    Cell content = cell(index.row(), index.column());
    switch (role) {
        case Qt::DisplayRole:
            return content.text;
        case Qt::ToolTipRole:
            return content.tip.isEmpty() ? content.text : content.tip;
        case SortRole:
            return column.number ? QVariant(content.sort) : QVariant(content.text);
        case BarRole:
            return content.bar < 0 ? QVariant() : QVariant(content.bar);
        case BlocksRole:
            return content.blocks;
        default:
            return static_cast<int>(content.colour);
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const Column& column = columns()[static_cast<size_t>(section)];
    if (role == Qt::DisplayRole) return QString::fromUtf8(column.title);
    if (role == Qt::ToolTipRole) return QString::fromUtf8(column.tip);
    if (role == UnitRole) return QString::fromUtf8(column.unit);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::InitialSortOrderRole)
        return static_cast<int>(column.number ? Qt::DescendingOrder : Qt::AscendingOrder);
    return {};
}

TableFilter::TableFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setFilterCaseSensitivity(Qt::CaseInsensitive);
    setFilterKeyColumn(-1);
}

QVariant TableFilter::headerData(int section, Qt::Orientation orientation, int role) const {
    QVariant value = QSortFilterProxyModel::headerData(section, orientation, role);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal || section != sortColumn()) return value;
    return value.toString() + (sortOrder() == Qt::DescendingOrder ? QStringLiteral(" ▾") : QStringLiteral(" ▴"));
}

QModelIndex TableFilter::indexOf(uint32_t id) const {
    for (int row = 0; row < rowCount(); ++row)
        if (QModelIndex at = index(row, 0); at.data(TableModel::IdRole).toUInt() == id) return at;
    return {};
}

bool TableFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    QVariant a = left.data(TableModel::SortRole), b = right.data(TableModel::SortRole);
    if (a.userType() == QMetaType::Double) return a.toDouble() < b.toDouble();
    return a.toString().compare(b.toString(), Qt::CaseInsensitive) < 0;
}

}  // namespace raddle::gui
