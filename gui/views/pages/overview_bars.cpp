#include "gui/views/pages/overview_bars.h"

#include <algorithm>
#include <span>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "gui/models/timeline/timeline_text.h"

namespace raddle::gui {
namespace {

constexpr size_t kBars = 6;

}  // namespace

std::vector<BarRow> lockBars(const Session& session) {
    std::vector<BarRow> rows;
    const trace::Timeline& t = session.timeline();
    auto recording = session.recording();
    for (const trace::LockRow& row : recording->tables.summary.locks) {
        if (rows.size() == kBars || row.waitNs <= 0) break;
        double most = static_cast<double>(recording->tables.summary.locks.front().waitNs);
        const trace::Lock* lock = lookup(t.locks, row.lock);
        QString name = lock ? QString::fromStdString(lock->name) : QStringLiteral("?");
        QString tip =
            QStringLiteral("%1\n%2 acquisitions, %3 contended, longest wait %4")
                .arg(name, countText(row.acquisitions), countText(row.contended), durationText(row.maxWaitNs));
        rows.push_back({name,
                        durationText(row.waitNs),
                        {{State::lockWait, static_cast<double>(row.waitNs) / most}},
                        row.lock.value,
                        tip});
    }
    return rows;
}

std::vector<BarRow> sampledFunctionBars(const Session& session) {
    const trace::Timeline& t = session.timeline();
    const std::vector<trace::FunctionRow>& functions = session.recording()->tables.summary.sampled;
    double all = 0;
    for (const trace::FunctionRow& row : functions) all += static_cast<double>(row.selfNs);
    std::vector<BarRow> rows;
    for (const trace::FunctionRow& row : functions) {
        if (rows.size() == kBars || row.selfNs <= 0) break;
        const trace::Function* function = lookup(t.functions, row.function);
        QString name = function ? functionText(*function) : QStringLiteral("?");
        auto ns = static_cast<double>(row.selfNs);
        rows.push_back({name,
                        QStringLiteral("%1  ·  %2").arg(percentText(ns / all), durationText(row.selfNs)),
                        {{State::running, ns / static_cast<double>(functions.front().selfNs)}},
                        row.function.value,
                        QStringLiteral("%1\n%2, %3 with all they call")
                            .arg(name, plural(row.calls, "sample", "samples"), durationText(row.cumulativeNs))});
    }
    return rows;
}

std::vector<BarRow> calledFunctionBars(const Session& session) {
    const trace::Timeline& t = session.timeline();
    const Tables& tables = session.recording()->tables;
    struct Own {
        int64_t runningNs, waitedNs;
        const trace::FunctionRow* row;
    };
    std::vector<Own> order;
    for (const trace::FunctionRow& row : tables.summary.functions) {
        size_t f = row.function.index();
        const FunctionWaits waits = f < tables.functionWaits.size() ? tables.functionWaits[f] : FunctionWaits();
        const int64_t waited = std::min(row.selfNs, waits.ownLockNs + waits.ownOtherNs);
        if (row.selfNs > waited) order.push_back({row.selfNs - waited, waited, &row});
    }
    size_t shown = std::min(order.size(), kBars);
    std::partial_sort(order.begin(), order.begin() + static_cast<ptrdiff_t>(shown), order.end(),
                      [](const Own& a, const Own& b) { return a.runningNs > b.runningNs; });
    std::vector<BarRow> rows;
    for (const auto& [running, waited, row] : std::span(order).first(shown)) {
        const trace::Function* function = lookup(t.functions, row->function);
        QString name = function ? functionText(*function) : QStringLiteral("?");
        QString value = durationText(running);
        if (waited > 0) value += QStringLiteral("  ·  waits ") + durationText(waited);
        rows.push_back({name,
                        value,
                        {{State::running, static_cast<double>(running) / static_cast<double>(order[0].runningNs)}},
                        row->function.value,
                        QStringLiteral("%1\n%2, %3 with all they call")
                            .arg(name, plural(row->calls, "call", "calls"), durationText(row->cumulativeNs))});
    }
    return rows;
}

std::vector<BarRow> threadBars(const Session& session) {
    std::vector<BarRow> rows;
    auto recording = session.recording();
    const trace::Timeline& t = session.timeline();
    std::vector<std::pair<int64_t, uint32_t>> order;
    for (uint32_t i = 0; i < t.threads.size(); ++i) order.emplace_back(t.threads[i].beginNs - t.threads[i].endNs, i);
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), kBars + 2));
    for (const auto& [negativeLife, i] : order) {
        const trace::Thread& thread = t.threads[i];
        auto times = stateTimes(thread, recording->index.threads[i], 0, t.durationNs);
        double life = static_cast<double>(std::max<int64_t>(-negativeLife, 1));
        BarRow row;
        row.name = threadLabel(t, {i});
        row.value = percentText(static_cast<double>(times[0]) / life) + QStringLiteral(" running");
        row.id = i;
        if (thread.cpuNs >= 0) {
            double used = static_cast<double>(thread.cpuNs);
            row.value = percentText(std::min(1.0, used / life)) + QStringLiteral(" on CPU");
            row.pale = times[0] > 0 ? std::clamp(1 - used / static_cast<double>(times[0]), 0.0, 1.0) : 0;
        }
        QStringList tip{
            QStringLiteral("%1, tid %2, lives %3").arg(row.name).arg(thread.tid).arg(durationText(-negativeLife))};
        for (size_t s = 0; s < kStates; ++s) {
            row.parts.emplace_back(static_cast<State>(s), static_cast<double>(times[s]) / life);
            if (s == 0 && thread.cpuNs >= 0)
                tip << QStringLiteral("on CPU: %1; in the system or in the queue for a core: %2")
                           .arg(durationText(thread.cpuNs),
                                durationText(std::max<int64_t>(0, times[0] - thread.cpuNs)));
            else if (times[s] > 0)
                tip << QStringLiteral("%1: %2").arg(QString::fromUtf8(stateName(static_cast<State>(s))),
                                                    durationText(times[s]));
        }
        row.tip = tip.join(QLatin1Char('\n'));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<BarRow> concurrencyBars(const Session& session) {
    constexpr size_t kMostRows = 8;
    std::vector<BarRow> rows;
    auto insight = session.insight();
    std::vector<int64_t> times = insight ? insight->analysis.parallelism.runningNs : std::vector<int64_t>();
    // What is beyond the rows there is room for goes into the last one.
    bool isCut = times.size() > kMostRows;
    for (; times.size() > kMostRows; times.pop_back()) times[times.size() - 2] += times.back();
    double whole = static_cast<double>(std::max<int64_t>(session.timeline().durationNs, 1));
    for (size_t n = 0; n < times.size(); ++n) {
        double share = static_cast<double>(times[n]) / whole;
        BarRow row;
        row.name = n == 0 ? QStringLiteral("none") : QString::number(n);
        if (isCut && n + 1 == times.size()) row.name += QStringLiteral(" or more");
        row.value = QStringLiteral("%1  ·  %2").arg(percentText(share), durationText(times[n]));
        row.parts = {{n == 0 ? State::sleep : State::running, std::min(share, 1.0)}};
        row.tip = QStringLiteral("For %1 %2 ran")
                      .arg(durationText(times[n]),
                           n == 1 ? QStringLiteral("one thread") : row.name + QStringLiteral(" threads"));
        rows.push_back(std::move(row));
    }
    if (session.timeline().threads.size() < 2) rows.clear();
    return rows;
}

}  // namespace raddle::gui
