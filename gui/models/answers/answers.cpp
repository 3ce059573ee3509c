#include "gui/models/answers/answers.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "gui/models/base/format.h"
#include "gui/models/session/hang.h"
#include "gui/models/session/story.h"

namespace raddle::gui {
namespace {

using trace::LockRow;
using trace::Thread;
using trace::Wait;
using trace::WaitKind;

QString quoted(const std::string& name) {
    return QLatin1Char('`') + QString::fromStdString(name) + QLatin1Char('`');
}

QString lockName(const trace::Timeline& timeline, trace::LockId id) {
    const trace::Lock* lock = lookup(timeline.locks, id);
    return lock ? quoted(lock->name) : QStringLiteral("a lock");
}

QString objectName(const trace::Timeline& timeline, trace::ObjectId id) {
    const trace::Object* object = lookup(timeline.objects, id);
    return object ? quoted(object->name) : QStringLiteral("an event");
}

QString threadName(const trace::Timeline& timeline, trace::ThreadId id) {
    const Thread* thread = lookup(timeline.threads, id);
    return thread ? quoted(thread->name) : QStringLiteral("an unknown thread");
}

// "`flush` (io.cc:88)", as much of it as is known.
QString whereText(const trace::Timeline& timeline, trace::FunctionId id, const SourceLocation& at) {
    const trace::Function* function = lookup(timeline.functions, id);
    QString place = placeText(at);
    if (!function) return place;
    QString name = QLatin1Char('`') + functionText(*function) + QLatin1Char('`');
    return place.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, place);
}

// Gathers answers about one recording; every method adds at most a few.
class Advisor {
  public:
    explicit Advisor(const Recording& recording) : r_(recording), t_(recording.timeline) {
        for (const trace::ThreadRow& row : r_.tables.summary.threads) {
            life_ += row.lifeNs;
            lockWait_ += row.lockWaitNs;
        }
    }

    std::vector<Answer> run() {
        if (t_.threads.empty()) return {};
        stuck();
        locks();
        waitingHolders();
        longestWait();
        events();
        parallelism();
        starvation();
        imbalance();
        shortThreads();
        hotFunction();
        losses();
        if (std::none_of(out_.begin(), out_.end(), [](const Answer& a) { return a.weight <= Weight::costly; })) quiet();
        return std::move(out_);
    }

  private:
    double share(int64_t ns) const { return life_ > 0 ? static_cast<double>(ns) / static_cast<double>(life_) : 0; }

    void stuck() {
        std::vector<StuckThread> stuck = stuckThreads(t_);
        std::erase_if(stuck, [&](const StuckThread& s) {
            const Wait& wait = t_.threads[s.wait.thread.index()].waits[s.wait.index];
            return wait.kind == WaitKind::sleep || wait.endNs - wait.beginNs < t_.durationNs / 20;
        });
        if (stuck.empty()) return;
        for (const StuckThread& s : stuck) stuckLocks_.push_back(lockOf(s));
        auto cycles = waitCycles(t_, stuck);
        for (const auto& cycle : cycles) deadlock(cycle);
        if (!cycles.empty()) return;
        Answer a{Weight::stuck, 0.9, {}, {}, Page::timeline, {}};
        a.head = QStringLiteral("%1 still waiting when the recording ended")
                     .arg(stuck.size() == 1 ? threadName(t_, stuck[0].wait.thread) + QStringLiteral(" was")
                                            : plural(stuck.size(), "thread was", "threads were"));
        QStringList lines;
        for (size_t i = 0; i < std::min<size_t>(stuck.size(), 3); ++i) lines << stuckLine(stuck[i]);
        if (stuck.size() > 3) lines << QStringLiteral("and %1 more").arg(stuck.size() - 3);
        a.detail = lines.join(QStringLiteral("; ")) + QLatin1Char('.');
        a.selection.wait = stuck[0].wait;
        a.selection.lock = t_.threads[stuck[0].wait.thread.index()].waits[stuck[0].wait.index].lock;
        out_.push_back(a);
    }

    QString stuckLine(const StuckThread& s) {
        const Wait& wait = t_.threads[s.wait.thread.index()].waits[s.wait.index];
        QString line =
            threadName(t_, s.wait.thread) + QStringLiteral(" waits ") + durationText(wait.endNs - wait.beginNs);
        if (wait.kind == WaitKind::join) return line + QStringLiteral(" for %1 to end").arg(threadName(t_, s.holder));
        if (wait.kind != WaitKind::lock) return line + QStringLiteral(" for ") + objectName(t_, wait.object);
        line += QStringLiteral(" for ") + lockName(t_, wait.lock);
        return s.holder.valid() ? line + QStringLiteral(", held by ") + threadName(t_, s.holder) : line;
    }

    void deadlock(const std::vector<StuckThread>& cycle) {
        bool allLocks =
            std::all_of(cycle.begin(), cycle.end(), [&](const StuckThread& s) { return lockOf(s).valid(); });
        Answer a{Weight::stuck, 1, {}, {}, allLocks ? Page::findings : Page::timeline, {}};
        a.head =
            cycle.size() == 1
                ? QStringLiteral("Deadlock: %1 waits for %2, which it holds itself")
                      .arg(threadName(t_, cycle[0].wait.thread), lockName(t_, lockOf(cycle[0])))
                : QStringLiteral("Deadlock: %1 wait for each other").arg(plural(cycle.size(), "thread", "threads"));
        QStringList lines;
        for (const StuckThread& s : cycle) {
            lines << stuckLine(s);
            a.selection.threads.push_back(s.wait.thread);
        }
        std::sort(a.selection.threads.begin(), a.selection.threads.end());
        a.detail = lines.join(QStringLiteral("; ")) + QLatin1Char('.');
        a.selection.wait = cycle[0].wait;
        a.selection.lock = lockOf(cycle[0]);
        out_.push_back(a);
    }

    trace::LockId lockOf(const StuckThread& s) const {
        return t_.threads[s.wait.thread.index()].waits[s.wait.index].lock;
    }

    void locks() {
        size_t said = 0;
        for (const LockRow& row : r_.tables.summary.locks) {
            double cost = share(row.waitNs);
            if (cost < 0.01 || said == 3) break;
            if (std::find(stuckLocks_.begin(), stuckLocks_.end(), row.lock) != stuckLocks_.end()) continue;
            ++said;
            Answer a{cost >= 0.05 ? Weight::costly : Weight::notable, cost, {}, {}, Page::locks, {}};
            a.selection.lock = row.lock;
            a.head = QStringLiteral("%1 of thread time waits for %2").arg(percentText(cost), lockName(t_, row.lock));
            QString holder = heldIn(row.lock);
            if (!holder.isEmpty()) a.head += QStringLiteral(", mostly held by ") + holder;
            a.detail = QStringLiteral("%1 of %2 acquisitions had to wait (%3), %4 in all, the longest %5.")
                           .arg(countText(row.contended), countText(row.acquisitions),
                                percentText(row.acquisitions ? static_cast<double>(row.contended) /
                                                                   static_cast<double>(row.acquisitions)
                                                             : 0),
                                durationText(row.waitNs), durationText(row.maxWaitNs));
            out_.push_back(a);
        }
    }

    QString heldIn(trace::LockId lock) const {
        const auto& held = r_.tables.mostlyHeldIn;
        if (lock.index() >= held.size()) return {};
        trace::Site site = trace::siteOf(t_, held[lock.index()]);
        return whereText(t_, site.function, site.at);
    }

    // A lock held by a thread that itself waits is held for nothing.
    void waitingHolders() {
        struct Sum {
            int64_t ns = 0, longestNs = 0;
            EventRef longest;
        };
        std::map<trace::LockId, Sum> sums;
        for (uint32_t t = 0; t < t_.threads.size(); ++t) {
            const Thread& thread = t_.threads[t];
            std::vector<const trace::Hold*> held;
            size_t next = 0;
            for (uint32_t w = 0; w < thread.waits.size(); ++w) {
                const Wait& wait = thread.waits[w];
                for (; next < thread.holds.size() && thread.holds[next].beginNs <= wait.beginNs; ++next)
                    held.push_back(&thread.holds[next]);
                std::erase_if(held, [&](const trace::Hold* hold) { return hold->endNs <= wait.beginNs; });
                if (!wait.finished) continue;  // stuck() tells about those
                for (const trace::Hold* hold : held) {
                    const LockTracks* lock = lookup(r_.index.locks, hold->lock);
                    if (!lock || hold->lock == wait.lock) continue;
                    // What counts is the time others stood behind it.
                    int64_t ns = 0;
                    for (int64_t waiting : lock->waiting.timeIn(wait.beginNs, std::min(wait.endNs, hold->endNs)))
                        ns += waiting;
                    Sum& sum = sums[hold->lock];
                    sum.ns += ns;
                    if (ns > sum.longestNs) sum.longestNs = ns, sum.longest = EventRef{{t}, w};
                }
            }
        }
        for (const auto& [lock, sum] : sums) {
            double cost = static_cast<double>(sum.ns) / static_cast<double>(std::max<int64_t>(t_.durationNs, 1));
            if (cost < 0.01) continue;
            const Wait& wait = t_.threads[sum.longest.thread.index()].waits[sum.longest.index];
            trace::Site site = trace::siteOf(t_, wait.stack);
            Answer a{cost >= 0.05 ? Weight::costly : Weight::notable, cost * 0.9, {}, {}, Page::timeline, {}};
            a.head =
                QStringLiteral("%1 is held by a thread that %2")
                    .arg(lockName(t_, lock), wait.kind == WaitKind::sleep  ? QStringLiteral("sleeps")
                                             : wait.kind == WaitKind::lock ? QStringLiteral("waits for another lock")
                                                                           : QStringLiteral("waits itself"));
            if (QString where = whereText(t_, site.function, site.at); !where.isEmpty())
                a.head += QStringLiteral(", in ") + where;
            a.detail =
                QStringLiteral("Others stood behind it for %1 meanwhile (%2 of the run). Release it before waiting.")
                    .arg(durationText(sum.ns), percentText(cost));
            a.selection.wait = sum.longest;
            a.selection.lock = lock;
            out_.push_back(a);
        }
    }

    void longestWait() {
        EventRef longest;
        int64_t longestNs = 0;
        for (const EventRef& ref : r_.index.lockWaits) {
            const Wait& wait = t_.threads[ref.thread.index()].waits[ref.index];
            if (wait.endNs - wait.beginNs > longestNs && wait.finished)
                longest = ref, longestNs = wait.endNs - wait.beginNs;
        }
        if (longestNs < 1'000'000) return;
        const Wait& wait = t_.threads[longest.thread.index()].waits[longest.index];
        Answer a{Weight::notable,
                 0.3 * static_cast<double>(longestNs) / static_cast<double>(std::max<int64_t>(t_.durationNs, 1)),
                 {},
                 {},
                 Page::timeline,
                 {}};
        a.head = QStringLiteral("The longest wait: %1 stands still for %2 at %3")
                     .arg(threadName(t_, longest.thread), durationText(longestNs), durationText(wait.beginNs));
        a.detail = QStringLiteral("It wants %1").arg(lockName(t_, wait.lock));
        if (wait.blocker.valid()) a.detail += QStringLiteral(", which %1 holds").arg(threadName(t_, wait.blocker));
        a.detail += QStringLiteral(".");
        a.selection.wait = longest;
        a.selection.lock = wait.lock;
        out_.push_back(a);
    }

    void events() {
        if (r_.tables.summary.objects.empty()) return;
        const trace::ObjectRow& row = r_.tables.summary.objects[0];
        double cost = share(row.waitNs);
        if (cost < 0.05) return;
        // Idle threads cost little by themselves, so this stands behind what makes others wait.
        Answer a{Weight::notable, cost * 0.5, {}, {}, Page::timeline, {}};
        a.head = QStringLiteral("%1 of thread time is idle, waiting to be woken through %2")
                     .arg(percentText(cost), objectName(t_, row.object));
        a.detail = QStringLiteral("%1, %2, the longest %3. Idle workers want more work, or there are too many of them.")
                       .arg(plural(row.contended, "wait", "waits"), plural(row.signals, "signal", "signals"),
                            durationText(row.maxWaitNs));
        out_.push_back(a);
    }

    void parallelism() {
        size_t most = 0;
        for (float running : r_.index.running) most = std::max(most, static_cast<size_t>(running + 0.5f));
        if (t_.threads.size() < 2 || t_.durationNs <= 0) return;
        size_t alone = 0;
        for (float running : r_.index.running) alone += running < 1.5f;
        double share = static_cast<double>(alone) / kRunningBuckets;
        if (share < 0.25 || most < 2) return;
        Answer a{Weight::notable, share * 0.45, {}, {}, Page::timeline, {}};
        a.head = QStringLiteral("For %1 of the run at most one thread works").arg(percentText(share));
        a.detail =
            QStringLiteral("On average %1 threads run, at most %2 at a time, of %3 in all.")
                .arg(QString::number(r_.index.meanRunning, 'f', 1), countText(most), countText(t_.threads.size()));
        out_.push_back(a);
    }

    // Ready to run is not running: the rest waits for a core or in the kernel.
    void starvation() {
        int64_t cpu = 0;
        for (const Thread& thread : t_.threads) {
            if (thread.cpuNs < 0) return;
            cpu += thread.cpuNs;
        }
        double got = static_cast<double>(cpu) / static_cast<double>(std::max<int64_t>(t_.durationNs, 1));
        if (r_.index.meanRunning < 1.5 * got + 0.5) return;
        Answer a{Weight::notable, 0.4 * (1 - got / r_.index.meanRunning), {}, {}, Page::timeline, {}};
        a.head = QStringLiteral("%1 threads want to run on average, but get %2 cores")
                     .arg(QString::number(r_.index.meanRunning, 'f', 1), QString::number(got, 'f', 1));
        a.detail = QStringLiteral(
            "The difference is time in system calls, such as reading and writing, or in the queue for a core.");
        out_.push_back(a);
    }

    // Threads with the same start routine are meant to share the work.
    void imbalance() {
        std::map<trace::FunctionId, std::vector<std::pair<int64_t, uint32_t>>> groups;
        for (uint32_t i = 0; i < t_.threads.size(); ++i)
            if (const Thread& thread = t_.threads[i]; thread.entry.valid()) {
                auto times = stateTimes(thread, r_.index.threads[i], 0, t_.durationNs);
                groups[thread.entry].emplace_back(times[0], i);
            }
        for (auto& [entry, members] : groups) {
            if (members.size() < 2) continue;
            std::sort(members.begin(), members.end());
            int64_t sum = 0;
            for (const auto& member : members) sum += member.first;
            int64_t mean = sum / static_cast<int64_t>(members.size());
            int64_t most = members.back().first;
            if (mean <= 0 || most < mean * 3 / 2 || most < t_.durationNs / 10) continue;
            Answer a{Weight::notable,
                     0.4 * static_cast<double>(most - mean) / static_cast<double>(t_.durationNs),
                     {},
                     {},
                     Page::timeline,
                     {}};
            a.head = QStringLiteral("Work is shared unevenly: %1 runs %2× as long as the mean of its %3")
                         .arg(threadName(t_, {members.back().second}),
                              QString::number(static_cast<double>(most) / static_cast<double>(mean), 'f', 1),
                              plural(members.size(), "thread", "threads"));
            a.detail = QStringLiteral("Between %1 and %2 of running time each.")
                           .arg(durationText(members.front().first), durationText(most));
            a.selection.threads = {{members.back().second}};
            out_.push_back(a);
        }
    }

    void shortThreads() {
        size_t brief = 0;
        for (const Thread& thread : t_.threads) brief += thread.exited && thread.endNs - thread.beginNs < 1'000'000;
        if (brief < 50) return;
        Answer a{Weight::notable, 0.1, {}, {}, Page::timeline, {}};
        a.head = QStringLiteral("%1 live for less than a millisecond").arg(plural(brief, "thread", "threads"));
        a.detail = QStringLiteral("Starting them costs about as much as they do; a pool of threads would not.");
        out_.push_back(a);
    }

    void hotFunction() {
        if (r_.tables.summary.functions.empty() || r_.tables.summary.functions[0].selfNs <= 0) return;
        const trace::FunctionRow& row = r_.tables.summary.functions[0];
        const trace::Function* function = lookup(t_.functions, row.function);
        if (!function) return;
        Answer a{Weight::notable, 0.2 * share(row.selfNs), {}, {}, Page::functions, {}};
        a.head = QStringLiteral("Most time inside one function: %1 with %2")
                     .arg(whereText(t_, row.function, function->at), durationText(row.selfNs));
        a.detail = QStringLiteral("%1, %2 with all they call.")
                       .arg(plural(row.calls, "call", "calls"), durationText(row.cumulativeNs));
        a.selection.function = row.function;
        out_.push_back(a);
    }

    void losses() {
        if (t_.droppedEvents > 0) {
            Answer a{Weight::costly, 1, {}, {}, Page::timeline, {}};
            a.head = QStringLiteral("%1 could not be recorded").arg(plural(t_.droppedEvents, "event", "events"));
            a.detail = QStringLiteral("The disk was full or the size limit reached: times after that are too small.");
            out_.push_back(a);
        }
    }

    void quiet() {
        Answer a{Weight::good, 0, {}, {}, Page::timeline, {}};
        double waiting = share(lockWait_);
        a.head = waiting < 0.001
                     ? QStringLiteral("No thread waits for a lock worth mentioning")
                     : QStringLiteral("Locks cost little: %1 of thread time waits for them").arg(percentText(waiting));
        a.detail =
            QStringLiteral("On average %1 of %2 ran.")
                .arg(QString::number(r_.index.meanRunning, 'f', 1), plural(t_.threads.size(), "thread", "threads"));
        out_.push_back(a);
    }

    const Recording& r_;
    const trace::Timeline& t_;
    int64_t life_ = 0;
    int64_t lockWait_ = 0;
    std::vector<trace::LockId> stuckLocks_;  // what stuck() told about
    std::vector<Answer> out_;
};

// Findings of one property as one answer.
void addFindings(const std::vector<Finding>& findings, std::vector<Answer>& out) {
    static constexpr std::pair<Property, std::pair<const char*, const char*>> kKinds[] = {
        {Property::deadlock, {"possible deadlock", "possible deadlocks"}},
        {Property::race, {"data race", "data races"}},
        {Property::atomicity, {"atomicity violation", "atomicity violations"}},
        {Property::misuse, {"misuse", "misuses"}}};
    for (const auto& [property, names] : kKinds) {
        size_t count = 0, best = SIZE_MAX;
        for (size_t i = 0; i < findings.size(); ++i) {
            if (findings[i].property != property) continue;
            ++count;
            if (best == SIZE_MAX || findings[i].evidence > findings[best].evidence) best = i;
        }
        if (count == 0) continue;
        const Finding& first = findings[best];
        bool confirmed = first.evidence == Evidence::confirmed;
        Answer a{confirmed ? Weight::stuck : Weight::costly,
                 0.3 + 0.1 * static_cast<double>(first.evidence),
                 {},
                 {},
                 Page::findings,
                 {}};
        a.head = QStringLiteral("%1 found in the code").arg(plural(count, names.first, names.second));
        if (confirmed)
            a.head = QStringLiteral("%1, seen to happen")
                         .arg(plural(count, property == Property::deadlock ? "deadlock" : names.first,
                                     property == Property::deadlock ? "deadlocks" : names.second));
        a.detail = QString::fromStdString(first.message);
        if (!first.locations.empty() && !first.locations[0].at.file.empty())
            a.detail += QStringLiteral(" (%1)").arg(placeText(first.locations[0].at));
        a.selection.finding = best;
        out.push_back(a);
    }
}

}  // namespace

std::vector<Answer> answersFor(const std::shared_ptr<const Recording>& recording,
                               const std::vector<Finding>& findings) {
    std::vector<Answer> answers;
    if (recording) answers = Advisor(*recording).run();
    // Deadlocks that the recording shows are findings as well; the answer leads to their stories.
    size_t observed = 0;
    for (Answer& answer : answers)
        if (answer.page == Page::findings) ++observed;
    size_t next = findings.size() - std::min(observed, findings.size());
    for (Answer& answer : answers)
        if (answer.page == Page::findings) answer.selection.finding = next++;
    addFindings({findings.begin(), findings.end() - static_cast<std::ptrdiff_t>(std::min(observed, findings.size()))},
                answers);
    std::sort(answers.begin(), answers.end(), [](const Answer& a, const Answer& b) {
        return std::tuple(a.weight, -a.cost, a.head) < std::tuple(b.weight, -b.cost, b.head);
    });
    return answers;
}

}  // namespace raddle::gui
