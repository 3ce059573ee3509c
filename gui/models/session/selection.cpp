#include "gui/models/session/selection.h"

#include <QStringList>
#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"

namespace raddle::gui {

using trace::Timeline;

bool SelectionState::has(trace::ThreadId thread) const {
    return std::binary_search(threads.begin(), threads.end(), thread);
}

void Selection::set(SelectionState state) {
    if (state == state_) return;
    state_ = std::move(state);
    Q_EMIT changed();
}

void Selection::setRange(std::optional<TimeRange> range) {
    SelectionState next = state_;
    next.range = range;
    set(std::move(next));
}

void Selection::setLock(trace::LockId lock) {
    SelectionState next = state_;
    if (next.lock != lock) next.wait.reset();
    next.lock = lock;
    set(std::move(next));
}

void Selection::setFunction(trace::FunctionId function) {
    SelectionState next = state_;
    next.function = function;
    set(std::move(next));
}

void Selection::setFinding(std::optional<size_t> finding) {
    SelectionState next = state_;
    next.finding = finding;
    set(std::move(next));
}

void Selection::setWait(const Timeline& timeline, std::optional<EventRef> wait) {
    SelectionState next = state_;
    next.wait = wait;
    if (wait) {
        const trace::Wait& event = timeline.threads[wait->thread.index()].waits[wait->index];
        next.lock = event.kind == trace::WaitKind::lock ? event.lock : trace::LockId();
    }
    set(std::move(next));
}

void Selection::toggleThread(trace::ThreadId thread) {
    SelectionState next = state_;
    auto it = std::lower_bound(next.threads.begin(), next.threads.end(), thread);
    if (it != next.threads.end() && *it == thread)
        next.threads.erase(it);
    else
        next.threads.insert(it, thread);
    set(std::move(next));
}

std::vector<Chip> chipsOf(const SelectionState& state, const Timeline& timeline) {
    std::vector<Chip> chips;
    if (state.range) {
        SelectionState without = state;
        without.range.reset();
        QString text =
            QStringLiteral("%1 – %2").arg(durationText(state.range->beginNs), durationText(state.range->endNs));
        chips.push_back({Chip::Kind::range, text, std::move(without)});
    }
    if (state.threads.size() > 3) {
        SelectionState without = state;
        without.threads.clear();
        chips.push_back({Chip::Kind::thread, plural(state.threads.size(), "thread", "threads"), std::move(without)});
    } else {
        for (trace::ThreadId id : state.threads) {
            SelectionState without = state;
            std::erase(without.threads, id);
            const trace::Thread* thread = lookup(timeline.threads, id);
            if (thread) chips.push_back({Chip::Kind::thread, QString::fromStdString(thread->name), std::move(without)});
        }
    }
    if (const trace::Lock* lock = lookup(timeline.locks, state.lock)) {
        SelectionState without = state;
        without.lock = {};
        without.wait.reset();
        chips.push_back({Chip::Kind::lock, QString::fromStdString(lock->name), std::move(without)});
    }
    if (state.wait) {
        SelectionState without = state;
        without.wait.reset();
        const trace::Thread* thread = lookup(timeline.threads, state.wait->thread);
        if (thread && state.wait->index < thread->waits.size()) {
            const trace::Wait& wait = thread->waits[state.wait->index];
            QString text = QStringLiteral("wait of %1").arg(durationText(wait.endNs - wait.beginNs));
            chips.push_back({Chip::Kind::wait, text, std::move(without)});
        }
    }
    if (const trace::Function* function = lookup(timeline.functions, state.function)) {
        SelectionState without = state;
        without.function = {};
        chips.push_back({Chip::Kind::function, functionText(*function), std::move(without)});
    }
    if (state.finding) {
        SelectionState without = state;
        without.finding.reset();
        chips.push_back(
            {Chip::Kind::finding, QStringLiteral("finding %1").arg(*state.finding + 1), std::move(without)});
    }
    return chips;
}

namespace {

// The one whose name is `name`, else the first whose name contains it.
template <class T>
uint32_t byName(const std::vector<T>& list, const QString& name) {
    uint32_t partial = UINT32_MAX;
    for (uint32_t i = 0; i < list.size(); ++i) {
        QString candidate = QString::fromStdString(list[i].name);
        if (candidate == name) return i;
        if (partial == UINT32_MAX && candidate.contains(name)) partial = i;
    }
    return partial;
}

QString selectRange(const QString& value, SelectionState& state) {
    QStringList ends = value.split(QLatin1Char('-'));
    bool beginOk = false, endOk = false;
    double begin = ends.value(0).toDouble(&beginOk), end = ends.value(1).toDouble(&endOk);
    if (!beginOk || !endOk || ends.size() != 2 || begin >= end)
        return QStringLiteral("'%1' is not a range of seconds such as 0.5-1.25").arg(value);
    state.range = TimeRange{static_cast<int64_t>(begin * 1e9), static_cast<int64_t>(end * 1e9)};
    return {};
}

bool selectLongestWait(const Timeline& timeline, SelectionState& state) {
    int64_t longest = -1;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (uint32_t i = 0; i < timeline.threads[t].waits.size(); ++i) {
            const trace::Wait& wait = timeline.threads[t].waits[i];
            if (wait.kind != trace::WaitKind::lock || wait.endNs - wait.beginNs <= longest) continue;
            longest = wait.endNs - wait.beginNs;
            state.wait = EventRef{{t}, i};
            state.lock = wait.lock;
        }
    return longest >= 0;
}

}  // namespace

QString selectByText(const QString& text, const Timeline& timeline, size_t findings, SelectionState& state) {
    QString kind = text.section(QLatin1Char(':'), 0, 0);
    QString value = text.section(QLatin1Char(':'), 1);
    if (kind == QLatin1String("time")) return selectRange(value, state);
    if (kind == QLatin1String("lock")) {
        state.lock = {byName(timeline.locks, value)};
        return state.lock.valid() ? QString() : QStringLiteral("no lock named '%1'").arg(value);
    }
    if (kind == QLatin1String("function")) {
        state.function = {byName(timeline.functions, value)};
        return state.function.valid() ? QString() : QStringLiteral("no function named '%1'").arg(value);
    }
    if (kind == QLatin1String("thread")) {
        uint32_t found = byName(timeline.threads, value);
        for (uint32_t i = 0; i < timeline.threads.size(); ++i)
            if (QString::number(timeline.threads[i].tid) == value) found = i;
        if (found == UINT32_MAX) return QStringLiteral("no thread named '%1'").arg(value);
        if (!state.has({found}))
            state.threads.insert(std::lower_bound(state.threads.begin(), state.threads.end(), trace::ThreadId{found}),
                                 {found});
        return {};
    }
    if (kind == QLatin1String("finding")) {
        bool ok = false;
        qulonglong number = value.toULongLong(&ok);
        if (!ok || number == 0 || number > findings) return QStringLiteral("no finding number '%1'").arg(value);
        state.finding = number - 1;
        return {};
    }
    if (text == QLatin1String("wait:longest"))
        return selectLongestWait(timeline, state) ? QString() : QStringLiteral("no thread waited for a lock");
    return QStringLiteral("'%1' is not lock:, thread:, function:, finding:, wait:longest or time:").arg(text);
}

}  // namespace raddle::gui
