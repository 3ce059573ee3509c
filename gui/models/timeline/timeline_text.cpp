#include "gui/models/timeline/timeline_text.h"

#include <algorithm>
#include <map>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"

#include "trace/tables/regions.h"
#include "trace/timeline/names.h"

namespace raddle::gui {
namespace {

using trace::Timeline;
using trace::Wait;
using trace::WaitKind;

template <class T, class Tag>
QString nameOf(const std::vector<T>& list, Id<Tag> id, const char* unknown) {
    const T* found = lookup(list, id);
    return found ? QString::fromStdString(found->name) : QString::fromUtf8(unknown);
}

QString whatFor(const Timeline& t, const Wait& wait, QLatin1Char quote) {
    auto quoted = [quote](const QString& name) { return quote == QLatin1Char(' ') ? name : quote + name + quote; };
    switch (wait.kind) {
        case WaitKind::lock:
            return QStringLiteral("for ") + quoted(nameOf(t.locks, wait.lock, "a lock"));
        case WaitKind::condition:
        case WaitKind::semaphore:
        case WaitKind::barrier:
        case WaitKind::futex:
        case WaitKind::once:
            return QStringLiteral("for ") + quoted(nameOf(t.objects, wait.object, "an event"));
        case WaitKind::join:
            return QStringLiteral("for %1 to end").arg(quoted(nameOf(t.threads, wait.blocker, "a thread")));
        case WaitKind::sleep:
            return QStringLiteral("asleep");
        case WaitKind::io:
            return QString::fromLatin1(trace::toString(wait.io)) +
                   (wait.fd < 0 ? QString() : QStringLiteral(", descriptor %1").arg(wait.fd));
    }
    return {};
}

QStringList describeWait(const Timeline& t, const trace::Thread& thread, const Wait& wait) {
    QStringList lines;
    QString length = durationText(wait.endNs - wait.beginNs);
    lines << QStringLiteral("%1 waits %2 %3")
                 .arg(QString::fromStdString(thread.name), length, whatFor(t, wait, QLatin1Char(' ')));
    if (!wait.finished)
        lines.back() += QStringLiteral(", to the end of the recording");
    else if (!wait.succeeded)
        lines.back() += QStringLiteral(", in vain");
    if (wait.blocker.valid() && wait.kind == WaitKind::lock) {
        QString at = stackHead(t, wait.blockerStack);
        lines << QStringLiteral("held by %1%2")
                     .arg(nameOf(t.threads, wait.blocker, "?"), at.isEmpty() ? QString() : QStringLiteral(" in ") + at);
    } else if (wait.blocker.valid() && wait.kind != WaitKind::join) {
        lines << QStringLiteral("woken by %1").arg(nameOf(t.threads, wait.blocker, "?"));
    }
    if (QString at = stackHead(t, wait.stack); !at.isEmpty()) lines << QStringLiteral("in %1").arg(at);
    return lines;
}

QStringList describeHold(const Timeline& t, const trace::Thread& thread, const trace::Hold& hold, bool blocking) {
    QStringList lines;
    lines << QStringLiteral("%1 holds %2 for %3")
                 .arg(QString::fromStdString(thread.name), nameOf(t.locks, hold.lock, "a lock"),
                      durationText(hold.endNs - hold.beginNs));
    if (blocking) lines << QStringLiteral("others wait for it meanwhile");
    if (QString at = stackHead(t, hold.stack); !at.isEmpty()) lines << QStringLiteral("acquired in %1").arg(at);
    return lines;
}

}  // namespace

QString threadLabel(const Timeline& t, trace::ThreadId id) {
    const trace::Thread* thread = lookup(t.threads, id);
    if (!thread) return QStringLiteral("unknown");
    QString name = QString::fromStdString(thread->name);
    const trace::Process* process = t.processes.size() > 1 ? lookup(t.processes, thread->process) : nullptr;
    if (!process) return name;
    QString program =
        QString::fromStdString(process->command).section(QLatin1Char(' '), 0, 0).section(QLatin1Char('/'), -1);
    return QStringLiteral("%1 (%2)").arg(name, program);
}

QStringList describeRow(const Recording& recording, const Hit& hit) {
    if (!hit.row) return {};
    const Timeline& t = recording.timeline;
    if (hit.row->kind == RowKind::lock) {
        const trace::Lock& lock = t.locks[hit.row->id];
        return {QString::fromStdString(lock.name), QString::fromUtf8(kindName(lock.kind)),
                QStringLiteral("taken %1 times, %2 had to wait")
                    .arg(countText(lock.acquisitions), countText(lock.contended))};
    }
    if (hit.row->kind != RowKind::thread) return {};
    const trace::Thread& thread = t.threads[hit.row->id];
    QStringList lines{QStringLiteral("%1 (tid %2)").arg(QString::fromStdString(thread.name)).arg(thread.tid),
                      QStringLiteral("lives %1 from %2")
                          .arg(durationText(thread.endNs - thread.beginNs), durationText(thread.beginNs))};
    if (thread.cpuNs >= 0) lines << QStringLiteral("used %1 of CPU").arg(durationText(thread.cpuNs));
    if (thread.queuedNs >= 1'000'000)
        lines << QStringLiteral("stood in the queue for a processor for %1").arg(durationText(thread.queuedNs));
    if (const trace::Function* entry = lookup(t.functions, thread.entry))
        lines << QStringLiteral("runs %1").arg(functionText(*entry));
    return lines;
}

QStringList describeHit(const Recording& recording, const Hit& hit, int64_t ns) {
    if (!hit.row) return {};
    const Timeline& t = recording.timeline;
    QString at = QStringLiteral("at %1").arg(durationText(std::max<int64_t>(ns, 0)));
    if (!hit.strip) return {at};
    if (hit.row->kind == RowKind::lock) {
        QStringList lines{nameOf(t.locks, trace::LockId{hit.row->id}, "?")};
        if (hit.span && hit.strip->kind == StripKind::lockWaiting)
            lines << plural(hit.span->category, "thread waits", "threads wait");
        if (hit.span && hit.strip->kind == StripKind::lockHeld) {
            const EventRef& ref = recording.index.locks[hit.row->id].holders[hit.span->item];
            lines = describeHold(t, t.threads[ref.thread.index()], t.threads[ref.thread.index()].holds[ref.index],
                                 hit.span->category == kHoldBlocking);
        }
        return lines << at;
    }
    const trace::Thread& thread = t.threads[hit.row->id];
    QStringList lines;
    if (!hit.span) {
        if (hit.strip->kind != StripKind::state || ns < thread.beginNs || ns > thread.endNs) return {at};
        lines << QStringLiteral("%1 runs").arg(QString::fromStdString(thread.name));
    } else if (hit.strip->kind == StripKind::state) {
        lines = describeWait(t, thread, thread.waits[hit.span->item]);
    } else if (hit.strip->kind == StripKind::hold) {
        lines = describeHold(t, thread, thread.holds[hit.span->item], hit.span->category == kHoldBlocking);
    } else if (hit.strip->kind == StripKind::sample) {
        const trace::Sample& sample = thread.samples[hit.span->item];
        lines << QStringLiteral("on the CPU in %1").arg(stackHead(t, sample.stack));
        lines << QStringLiteral("a sample that stands for %1").arg(durationText(sample.weightNs));
    } else if (hit.strip->kind == StripKind::region) {
        const trace::Region& region = thread.regions[hit.span->item];
        lines << QStringLiteral("OpenMP %1, %2")
                     .arg(QString::fromUtf8(trace::toString(region.kind)), durationText(region.endNs - region.beginNs));
        if (QString where = stackHead(t, region.where); !where.isEmpty()) lines << QStringLiteral("in %1").arg(where);
    } else {
        const trace::Call& call = thread.calls[hit.span->item];
        const trace::Function* function = lookup(t.functions, call.function);
        lines << QStringLiteral("%1, %2").arg(function ? functionText(*function) : QStringLiteral("?"),
                                              durationText(call.endNs - call.beginNs));
        if (function && !function->at.file.empty()) lines << placeText(function->at);
    }
    return lines << at;
}

QString waitSentence(const Timeline& t, const EventRef& ref) {
    const trace::Thread& thread = t.threads[ref.thread.index()];
    const Wait& wait = thread.waits[ref.index];
    QString text = QStringLiteral("`%1` waits %2 %3")
                       .arg(QString::fromStdString(thread.name), durationText(wait.endNs - wait.beginNs),
                            whatFor(t, wait, QLatin1Char('`')));
    return text + (wait.finished ? QStringLiteral(", from %1 on").arg(durationText(wait.beginNs))
                                 : QStringLiteral(", to the end of the recording"));
}

QStringList queueSentences(const Recording& recording, const EventRef& ref) {
    constexpr size_t kNamed = 4, kMost = 100000;
    const Timeline& t = recording.timeline;
    std::vector<EventRef> holds = holdsDuring(t, recording.index, ref, kMost);
    if (holds.empty()) return {};
    if (auto first = blockingHold(t, ref)) std::erase(holds, *first);
    std::map<trace::ThreadId, std::pair<int64_t, size_t>> byThread;  // held, negative so that most sorts first; times
    for (const EventRef& hold : holds) {
        const trace::Hold& h = t.threads[hold.thread.index()].holds[hold.index];
        byThread[hold.thread].first -= h.endNs - h.beginNs;
        ++byThread[hold.thread].second;
    }
    std::vector<std::pair<std::pair<int64_t, size_t>, trace::ThreadId>> order;
    for (const auto& [thread, sum] : byThread) order.push_back({sum, thread});
    std::sort(order.begin(), order.end());
    QStringList names, lines;
    for (const auto& [sum, thread] : order) {
        if (names.size() == kNamed) break;
        names << QStringLiteral("`%1` (%2, %3)")
                     .arg(threadLabel(t, thread), plural(sum.second, "time", "times"), durationText(-sum.first));
    }
    QString more = order.size() > kNamed
                       ? QStringLiteral(" and %1 more").arg(plural(order.size() - kNamed, "thread", "threads"))
                       : QString();
    if (!names.isEmpty())
        lines << QStringLiteral("Before the waiter got it, also held by ") + names.join(QStringLiteral(", ")) + more;
    const Wait& wait = t.threads[ref.thread.index()].waits[ref.index];
    CategoryTimes held = recording.index.locks[wait.lock.index()].held.timeIn(wait.beginNs, wait.endNs);
    int64_t free = wait.endNs - wait.beginNs - held[kHoldQuiet] - held[kHoldBlocking];
    if (free * 5 > wait.endNs - wait.beginNs)
        lines << QStringLiteral("For %1 of the wait nobody held it: the waiter was woken late or had no core")
                     .arg(durationText(free));
    return lines;
}

QString blockerSentence(const Timeline& t, const EventRef& ref) {
    const Wait& wait = t.threads[ref.thread.index()].waits[ref.index];
    if (!lookup(t.threads, wait.blocker))
        return wait.kind == WaitKind::lock ? QStringLiteral("Who held it is not known")
                                           : QStringLiteral("What ended it is not known");
    QString name = nameOf(t.threads, wait.blocker, "?");
    switch (wait.kind) {
        case WaitKind::lock: {
            QString text = QStringLiteral("`%1` holds it").arg(name);
            if (auto hold = blockingHold(t, ref)) {
                const trace::Hold& cause = t.threads[hold->thread.index()].holds[hold->index];
                text += QStringLiteral(", for %1").arg(durationText(cause.endNs - cause.beginNs));
            }
            return text;
        }
        case WaitKind::join:
            return QStringLiteral("`%1` has yet to end").arg(name);
        default:
            return QStringLiteral("`%1` wakes it").arg(name);
    }
}

}  // namespace raddle::gui
