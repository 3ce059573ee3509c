#include "gui/models/graphs/call_tree_model.h"

#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/recording/timeline_index.h"

namespace raddle::gui {
namespace {

struct Title {
    const char* title;
    const char* tip;
};

}  // namespace

State stateOf(FlameCost cost) {
    switch (cost) {
        case FlameCost::samples:
        case FlameCost::calls:
            return State::running;
        case FlameCost::waits:
        case FlameCost::lockWaits:
            return State::lockWait;
        case FlameCost::eventWaits:
            return State::eventWait;
        case FlameCost::otherWaits:
            return State::joinWait;
    }
    return State::running;
}

void CallTreeModel::show(const trace::Timeline* timeline, FlameTree tree, FlameCost cost) {
    beginResetModel();
    timeline_ = timeline;
    tree_ = std::move(tree);
    cost_ = cost;
    endResetModel();
}

uint32_t CallTreeModel::nodeOf(const QModelIndex& index) {
    return index.isValid() ? static_cast<uint32_t>(index.internalId()) : 0;
}

QModelIndex CallTreeModel::indexOf(uint32_t node) const {
    if (node == 0 || node >= tree_.nodes.size()) return {};
    return createIndex(static_cast<int>(node - tree_.nodes[tree_.nodes[node].parent].firstChild), 0, quintptr{node});
}

uint32_t CallTreeModel::costliestOf(trace::FunctionId function) const {
    uint32_t most = 0;
    for (uint32_t i = 1; i < tree_.nodes.size(); ++i) {
        const FlameNode& node = tree_.nodes[i];
        bool is = node.kind == FlameNode::Kind::function && node.id == function.value;
        if (is && (most == 0 || node.totalNs > tree_.nodes[most].totalNs)) most = i;
    }
    return most;
}

QModelIndex CallTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, quintptr{tree_.nodes[nodeOf(parent)].firstChild + static_cast<uint32_t>(row)});
}

QModelIndex CallTreeModel::parent(const QModelIndex& index) const {
    return index.isValid() ? indexOf(tree_.nodes[nodeOf(index)].parent) : QModelIndex();
}

int CallTreeModel::rowCount(const QModelIndex& parent) const {
    if (tree_.nodes.empty() || parent.column() > 0) return 0;
    return static_cast<int>(tree_.nodes[nodeOf(parent)].children);
}

int CallTreeModel::columnCount(const QModelIndex&) const {
    return Place + 1;
}

Cell CallTreeModel::timeCell(int64_t ns) const {
    double share = static_cast<double>(ns) / static_cast<double>(std::max<int64_t>(tree_.nodes[0].totalNs, 1));
    if (ns <= 0) return {QStringLiteral("–"), 0, -1, State::running, false, {}};
    return {QStringLiteral("%1 · %2").arg(durationText(ns), percentText(share)),
            static_cast<double>(ns),
            std::clamp(share, 0.0, 1.0),
            stateOf(cost_),
            false,
            QStringLiteral("%1 of %2").arg(percentText(share), durationText(tree_.nodes[0].totalNs))};
}

Cell CallTreeModel::cell(uint32_t id, int column) const {
    const FlameNode& node = tree_.nodes[id];
    const trace::Function* function =
        node.kind == FlameNode::Kind::function ? lookup(timeline_->functions, trace::FunctionId{node.id}) : nullptr;
    auto text = [](QString what, QString tip = {}) { return Cell{std::move(what), 0, -1, State::running, false, tip}; };
    switch (column) {
        case Name:
            return text(nodeText(*timeline_, node), function ? QString::fromStdString(function->name) : QString());
        case Total:
            return timeCell(node.totalNs);
        case Self:
            return timeCell(node.selfNs);
        case Count:
            return {node.count == 0 ? QStringLiteral("–") : countText(node.count), static_cast<double>(node.count), -1};
        case Binary: {
            QString module = function ? QString::fromStdString(function->module) : QString();
            return text(module.section(QLatin1Char('/'), -1), module);
        }
        default:
            return text(nodePlace(*timeline_, node), function ? placePath(function->at) : QString());
    }
}

QVariant CallTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || nodeOf(index) >= tree_.nodes.size()) return {};
    const FlameNode& node = tree_.nodes[nodeOf(index)];
    bool isNumber = index.column() >= Total && index.column() <= Count;
    if (role == TableModel::IdRole) return node.kind == FlameNode::Kind::function ? node.id : UINT32_MAX;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != TableModel::SortRole &&
        role != TableModel::BarRole && role != TableModel::ColourRole)
        return {};
    Cell content = cell(nodeOf(index), index.column());
    switch (role) {
        case Qt::DisplayRole:
            return content.text;
        case Qt::ToolTipRole:
            return content.tip.isEmpty() ? content.text : content.tip;
        case TableModel::SortRole:
            return isNumber ? QVariant(content.sort) : QVariant(content.text);
        case TableModel::BarRole:
            return content.bar < 0 ? QVariant() : QVariant(content.bar);
        default:
            return static_cast<int>(content.colour);
    }
}

const char* CallTreeModel::countTitle() const {
    return cost_ == FlameCost::samples ? "Samples" : cost_ == FlameCost::calls ? "Calls" : "Waits";
}

QVariant CallTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section > Place) return {};
    const Title titles[] = {{"Function", "Without arguments; the tool tip has the full name"},
                            {"Total", "With all that lies below it in the tree; its share of everything shown"},
                            {"Self", "In itself, without what it calls"},
                            {countTitle(), "How many the time is made of"},
                            {"Binary", "The program or library it is in"},
                            {"Defined at", "Source file and line, where debug info tells"}};
    bool isNumber = section >= Total && section <= Count;
    if (role == Qt::DisplayRole) return QString::fromUtf8(titles[section].title);
    if (role == Qt::ToolTipRole) return QString::fromUtf8(titles[section].tip);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::InitialSortOrderRole) return static_cast<int>(isNumber ? Qt::DescendingOrder : Qt::AscendingOrder);
    return {};
}

}  // namespace raddle::gui
