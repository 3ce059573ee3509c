#include "gui/models/tables/compare_table.h"

#include <algorithm>
#include <map>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"

namespace raddle::gui {
namespace {

using What = CompareRow::What;

class Aligner {
  public:
    explicit Aligner(bool times) : times_(times) {}

    void add(const Recording& recording, bool after) {
        after_ = after;
        const trace::Timeline& t = recording.timeline;
        for (const trace::LockRow& row : recording.tables.summary.locks) {
            const trace::Lock* lock = lookup(t.locks, row.lock);
            if (!lock) continue;
            QString name = QString::fromStdString(lock->name);
            put(What::lockWait, name, row.waitNs, row.acquisitions);
            put(What::lockHold, name, row.holdNs, row.acquisitions);
        }
        if (times_)
            for (const auto* rows : {&recording.tables.summary.functions, &recording.tables.summary.sampled})
                for (const trace::FunctionRow& row : *rows)
                    if (const trace::Function* f = lookup(t.functions, row.function))
                        put(What::functionSelf, functionText(*f), row.selfNs, row.calls);
        const std::vector<FunctionWaits>& waits = recording.tables.functionWaits;
        for (uint32_t f = 0; f < waits.size(); ++f)
            if (!isRuntime(t, {f}))
                put(What::functionWait, functionText(t.functions[f]), waits[f].lockNs, waits[f].waits);
    }

    std::vector<CompareRow> rows() {
        std::vector<CompareRow> out;
        for (auto& [key, row] : rows_)
            if (row.beforeNs != 0 || row.afterNs != 0) out.push_back(std::move(row));
        std::sort(out.begin(), out.end(), [](const CompareRow& a, const CompareRow& b) {
            int64_t left = std::abs(a.changeNs()), right = std::abs(b.changeNs());
            return left != right ? left > right : std::pair(a.name, a.what) < std::pair(b.name, b.what);
        });
        return out;
    }

  private:
    // Locks of one name, as those of many objects, are summed.
    void put(What what, const QString& name, int64_t ns, uint64_t count) {
        CompareRow& row = rows_[{what, name}];
        row.what = what;
        row.name = name;
        (after_ ? row.afterNs : row.beforeNs) += ns;
        (after_ ? row.afterCount : row.beforeCount) += count;
    }

    std::map<std::pair<What, QString>, CompareRow> rows_;
    bool times_;
    bool after_ = false;
};

const char* nameOf(What what) {
    switch (what) {
        case What::lockWait:
            return "lock, waited for";
        case What::lockHold:
            return "lock, held";
        case What::functionSelf:
            return "function, by itself";
        case What::functionWait:
            return "function, waits for locks";
    }
    return "";
}

State colourOf(What what) {
    return what == What::functionSelf ? State::running : what == What::lockHold ? State::sleep : State::lockWait;
}

}  // namespace

std::vector<CompareRow> compare(const Recording& before, const Recording& after) {
    auto hasTimes = [](const Recording& recording) {
        return !recording.tables.summary.functions.empty() || !recording.tables.summary.sampled.empty();
    };
    // Where only one was instrumented or sampled, all functions would seem new.
    Aligner aligner(hasTimes(before) && hasTimes(after));
    aligner.add(before, false);
    aligner.add(after, true);
    return aligner.rows();
}

void CompareTable::show(std::vector<CompareRow> rows) {
    beginResetModel();
    rows_ = std::move(rows);
    most_ = mostChange_ = 0;
    for (const CompareRow& row : rows_) {
        most_ = std::max({most_, row.beforeNs, row.afterNs});
        mostChange_ = std::max(mostChange_, std::abs(row.changeNs()));
    }
    endResetModel();
}

const std::vector<Column>& CompareTable::columns() const {
    static const std::vector<Column> kColumns = {
        {"Name", "Locks and functions are the same when they are called the same", false, 260},
        {"What", "Which cost", false, 150},
        {"Before", "In the recording opened first", true, 110, "ns"},
        {"After", "In the other", true, 110, "ns"},
        {"Change", "After minus before", true, 120, "ns"},
        {"Factor", "After in part of before", true, 80},
        {"Count before", "Acquisitions, calls or waits", true, 100},
        {"Count after", "Acquisitions, calls or waits", true, 100},
    };
    return kColumns;
}

int CompareTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

Cell CompareTable::cell(int index, int column) const {
    const CompareRow& row = rows_[static_cast<size_t>(index)];
    auto time = [&](int64_t ns) {
        Cell cell{ns == 0 ? QStringLiteral("–") : durationText(ns), static_cast<double>(ns)};
        cell.bar = static_cast<double>(ns) / static_cast<double>(std::max<int64_t>(most_, 1));
        cell.colour = colourOf(row.what);
        return cell;
    };
    auto count = [](uint64_t n) { return Cell{n == 0 ? QStringLiteral("–") : countText(n), static_cast<double>(n)}; };
    switch (column) {
        case Name:
            return {row.name};
        case What:
            return {QString::fromUtf8(nameOf(row.what))};
        case Before:
            return time(row.beforeNs);
        case After:
            return time(row.afterNs);
        case Change: {
            // Sorted by size whichever way it went, so that what matters is on top.
            int64_t change = row.changeNs();
            QString text =
                change == 0 ? QStringLiteral("–")
                            : (change > 0 ? QStringLiteral("+") : QStringLiteral("−")) + durationText(std::abs(change));
            Cell cell{text, static_cast<double>(std::abs(change))};
            cell.bar = cell.sort / static_cast<double>(std::max<int64_t>(mostChange_, 1));
            cell.colour = change > 0 ? State::lockWait : State::running;
            return cell;
        }
        case Factor: {
            if (row.beforeNs == 0) return {QStringLiteral("new"), 1e18};
            if (row.afterNs == 0) return {QStringLiteral("gone"), 0};
            double factor = static_cast<double>(row.afterNs) / static_cast<double>(row.beforeNs);
            return {QStringLiteral("%1×").arg(factor, 0, 'g', 3), factor};
        }
        case CountBefore:
            return count(row.beforeCount);
        default:
            return count(row.afterCount);
    }
}

}  // namespace raddle::gui
