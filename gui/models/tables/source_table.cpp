#include "gui/models/tables/source_table.h"

#include <algorithm>
#include <tuple>

#include "gui/models/base/format.h"

namespace raddle::gui {

void SourceTable::show(const SourceCosts& costs) {
    beginResetModel();
    rows_.clear();
    most_ = {};
    for (const auto& [file, lines] : costs) {
        rows_.emplace_back(file, fileCost(lines));
        for (size_t c = 0; c < kSourceColumns; ++c) most_[c] = std::max(most_[c], rows_.back().second.self[c]);
    }
    // What hurts others before what is idle.
    auto weight = [](const LineCost& cost) {
        auto of = [&](SourceColumn c) { return cost.self[static_cast<size_t>(c)]; };
        return of(SourceColumn::cpu) + of(SourceColumn::lockWait) + of(SourceColumn::blocking);
    };
    std::sort(rows_.begin(), rows_.end(), [&](const auto& a, const auto& b) {
        std::tuple left(weight(a.second), a.second.findings.size()), right(weight(b.second), b.second.findings.size());
        return left != right ? left > right : a.first < b.first;
    });
    endResetModel();
}

uint32_t SourceTable::idOf(const std::string& file) const {
    for (uint32_t i = 0; i < rows_.size(); ++i)
        if (rows_[i].first == file) return i;
    return UINT32_MAX;
}

const std::vector<Column>& SourceTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"File", "As the debug information names it", false, 150},
        {"On CPU", "Time samples found threads on the processor in its lines", true, 80, "ns"},
        {"Lock wait", "Time threads waited for locks in its lines", true, 94, "ns"},
        {"Other wait", "Time threads waited for events, joins or sleep in its lines", true, 94, "ns"},
        {"Makes wait", "Time others waited for locks that its lines had taken", true, 96, "ns"},
        {"Findings", "That name one of its lines", true, 72},
    };
    return kColumns;
}

int SourceTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

Cell SourceTable::cell(int row, int column) const {
    const auto& [file, cost] = rows_[static_cast<size_t>(row)];
    Cell cell;
    if (column == File) {
        QString path = QString::fromStdString(file);
        cell.text = path.section(QLatin1Char('/'), -1);
        cell.tip = path;
        return cell;
    }
    cell.text = QStringLiteral("–");
    if (column == Findings) {
        cell.sort = static_cast<double>(cost.findings.size());
        if (!cost.findings.empty()) cell.text = countText(cost.findings.size());
        return cell;
    }
    auto c = static_cast<size_t>(column - Cpu);
    cell.sort = static_cast<double>(cost.self[c]);
    cell.colour = stateOf(static_cast<SourceColumn>(c));
    cell.blocks = static_cast<SourceColumn>(c) == SourceColumn::blocking;
    if (cost.self[c] <= 0) return cell;
    cell.text = durationText(cost.self[c]);
    cell.bar = cell.sort / static_cast<double>(most_[c]);
    return cell;
}

}  // namespace raddle::gui
