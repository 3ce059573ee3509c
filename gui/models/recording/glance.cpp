#include <algorithm>
#include <map>
#include <tuple>

#include "gui/models/recording/scope_tables.h"

namespace raddle::gui {
namespace {

constexpr int kMoments = 8;
constexpr size_t kWorthIt = 3;  // times as many events in all as are looked at

using trace::BlameRow;

void add(std::vector<BlameRow>& to, const std::vector<BlameRow>& from) {
    for (const BlameRow& row : from) {
        auto same = std::find_if(to.begin(), to.end(), [&](const BlameRow& r) {
            return r.thread == row.thread && r.function == row.function && r.at == row.at;
        });
        if (same == to.end()) {
            to.push_back(row);
        } else {
            same->waitNs += row.waitNs;
            same->waits += row.waits;
        }
    }
}

void add(trace::ThreadRow& to, const trace::ThreadRow& from) {
    to.lockWaitNs += from.lockWaitNs;
    to.ioWaitNs += from.ioWaitNs;
    to.otherWaitNs += from.otherWaitNs;
}

void add(trace::LockRow& to, const trace::LockRow& from) {
    to.acquisitions += from.acquisitions;
    to.contended += from.contended;
    to.waitNs += from.waitNs;
    to.maxWaitNs = std::max(to.maxWaitNs, from.maxWaitNs);
    to.holdNs += from.holdNs;
    to.maxHoldNs = std::max(to.maxHoldNs, from.maxHoldNs);
    add(to.blame, from.blame);
}

void add(trace::ObjectRow& to, const trace::ObjectRow& from) {
    to.waits += from.waits;
    to.signals += from.signals;
    to.contended += from.contended;
    to.waitNs += from.waitNs;
    to.maxWaitNs = std::max(to.maxWaitNs, from.maxWaitNs);
    add(to.wokenBy, from.wokenBy);
}

void add(trace::FunctionRow& to, const trace::FunctionRow& from) {
    to.calls += from.calls;
    to.selfNs += from.selfNs;
    to.cumulativeNs += from.cumulativeNs;
    to.isEstimated = true;
}

void add(FunctionWaits& to, const FunctionWaits& from) {
    to.lockNs += from.lockNs;
    to.otherNs += from.otherNs;
    to.waits += from.waits;
    to.ownLockNs += from.ownLockNs;
    to.ownOtherNs += from.ownOtherNs;
}

// Rows of the same thing are put together.
template <class Row, class Key>
void addRows(std::vector<Row>& to, const std::vector<Row>& from, Key Row::* key) {
    std::map<Key, size_t> at;
    for (size_t i = 0; i < to.size(); ++i) at[to[i].*key] = i;
    for (const Row& row : from) {
        auto [found, isNew] = at.try_emplace(row.*key, to.size());
        if (isNew)
            to.push_back(row);
        else
            add(to[found->second], row);
    }
}

int64_t waitedFor(const std::vector<trace::LockRow>& rows, size_t lock) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.lock.index() == lock; });
    return row == rows.end() ? 0 : row->waitNs;
}

void addTables(Tables& to, const Tables& from) {
    // Where most is held is what it was where most was waited.
    for (size_t lock = 0; lock < to.mostlyHeldIn.size(); ++lock)
        if (waitedFor(from.summary.locks, lock) * kMoments > waitedFor(to.summary.locks, lock) &&
            from.mostlyHeldIn[lock].valid())
            to.mostlyHeldIn[lock] = from.mostlyHeldIn[lock];
    addRows(to.summary.threads, from.summary.threads, &trace::ThreadRow::thread);
    addRows(to.summary.locks, from.summary.locks, &trace::LockRow::lock);
    addRows(to.summary.objects, from.summary.objects, &trace::ObjectRow::object);
    addRows(to.summary.functions, from.summary.functions, &trace::FunctionRow::function);
    addRows(to.summary.sampled, from.summary.sampled, &trace::FunctionRow::function);
    for (size_t f = 0; f < to.functionWaits.size(); ++f) add(to.functionWaits[f], from.functionWaits[f]);
}

class Scale {
  public:
    explicit Scale(double factor) : factor_(factor) {}

    template <class... Numbers>
    void operator()(Numbers&... numbers) const {
        ((numbers = static_cast<Numbers>(static_cast<double>(numbers) * factor_ + 0.5)), ...);
    }

  private:
    double factor_;
};

void scaleAll(Tables& tables, const Scale& scale) {
    auto scaleBlame = [&](std::vector<BlameRow>& rows) {
        for (BlameRow& row : rows) scale(row.waitNs, row.waits);
    };
    for (trace::ThreadRow& row : tables.summary.threads) scale(row.lockWaitNs, row.ioWaitNs, row.otherWaitNs);
    for (trace::LockRow& row : tables.summary.locks) {
        scale(row.acquisitions, row.contended, row.waitNs, row.holdNs);
        scaleBlame(row.blame);
    }
    for (trace::ObjectRow& row : tables.summary.objects) {
        scale(row.waits, row.signals, row.contended, row.waitNs);
        scaleBlame(row.wokenBy);
    }
    for (auto* rows : {&tables.summary.functions, &tables.summary.sampled})
        for (trace::FunctionRow& row : *rows) scale(row.calls, row.selfNs, row.cumulativeNs);
    for (FunctionWaits& row : tables.functionWaits)
        scale(row.lockNs, row.otherNs, row.waits, row.ownLockNs, row.ownOtherNs);
}

// As summaries have them.
void sortAll(trace::Summary& summary) {
    auto byWait = [](const auto& a, const auto& b) { return a.waitNs > b.waitNs; };
    auto bySelf = [](const auto& a, const auto& b) { return a.selfNs > b.selfNs; };
    // Who is not known comes last.
    auto byBlame = [](const BlameRow& a, const BlameRow& b) {
        return std::tuple(!a.thread.valid(), -a.waitNs) < std::tuple(!b.thread.valid(), -b.waitNs);
    };
    std::sort(summary.locks.begin(), summary.locks.end(), byWait);
    std::sort(summary.objects.begin(), summary.objects.end(), byWait);
    std::sort(summary.functions.begin(), summary.functions.end(), bySelf);
    std::sort(summary.sampled.begin(), summary.sampled.end(), bySelf);
    for (trace::LockRow& row : summary.locks) std::sort(row.blame.begin(), row.blame.end(), byBlame);
    for (trace::ObjectRow& row : summary.objects) std::sort(row.wokenBy.begin(), row.wokenBy.end(), byBlame);
}

}  // namespace

std::optional<Tables> glanceAt(trace::Parts& parts, const Scope& scope, size_t most) {
    if (!scope.range) return std::nullopt;
    const auto [begin, end] = *scope.range;
    const size_t events = parts.eventsIn(begin, end);
    if (events < most * kWorthIt || end - begin < kMoments * 1000) return std::nullopt;
    const int64_t between = (end - begin) / kMoments;
    const auto length =
        static_cast<int64_t>(static_cast<double>(between) * static_cast<double>(most) / static_cast<double>(events));
    Tables sum;
    for (int moment = 0; moment < kMoments; ++moment) {
        const int64_t from = begin + between * moment + (between - length) / 2;
        Scope some{TimeRange{from, from + length}, scope.threads};
        Tables tables = makeTables(parts.between(from, from + length), some);
        if (moment == 0)
            sum = std::move(tables);
        else
            addTables(sum, tables);
    }
    scaleAll(sum, Scale(static_cast<double>(end - begin) / static_cast<double>(length * kMoments)));
    sortAll(sum.summary);
    for (trace::LockSpread& spread : sum.spreads) spread = {-1, -1, -1, -1};
    sum.isEstimate = true;
    return sum;
}

}  // namespace raddle::gui
