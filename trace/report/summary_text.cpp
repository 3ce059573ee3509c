#include <algorithm>
#include <utility>

#include "trace/report/analysis_report.h"
#include "trace/report/function_text.h"
#include "trace/report/report.h"
#include "trace/report/table_words.h"
#include "trace/tables/regions.h"
#include "trace/timeline/names.h"
#include "trace/timeline/sites.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr size_t kMostRows = 40;
constexpr size_t kMostBlame = 4;
constexpr size_t kMostUnwaited = 10;  // of locks and objects that nobody waited for
constexpr size_t kNameWidth = 48;

std::string fileAndLine(const SourceLocation& at) {
    if (at.file.empty()) return "";
    std::string name = at.file.substr(at.file.rfind('/') + 1);
    return at.line ? name + ":" + std::to_string(at.line) : name;
}

class Text {
  public:
    explicit Text(const Timeline& timeline) : timeline_(timeline) {}

    std::string facts() const {
        std::string out = "command    " + timeline_.command + "\n";
        out += "duration   " + humanTime(timeline_.durationNs) + ", " + humanCount(timeline_.threads.size()) +
               (timeline_.threads.size() == 1 ? " thread" : " threads");
        if (timeline_.processes.size() > 1) out += " in " + humanCount(timeline_.processes.size()) + " processes";
        if (timeline_.processors)
            out += ", " + humanCount(timeline_.processors) + (timeline_.processors == 1 ? " processor" : " processors");
        out += "\nevents     " + humanCount(timeline_.events);
        if (timeline_.droppedEvents) out += ", " + humanCount(timeline_.droppedEvents) + " more could not be recorded";
        out += "\nrecording  ";
        const bool isLossy = timeline_.droppedEvents > 0 && timeline_.tornBytes == 0;
        out += timeline_.complete ? "complete"
               : isLossy          ? "incomplete: not all events could be recorded"
                                  : "cut off: the program was killed or is still running";
        if (timeline_.tornBytes) out += "; " + humanCount(timeline_.tornBytes) + " half-written bytes ignored";
        out += "\n";
        for (const std::string& note : timeline_.notes) out += "note       " + note + "\n";
        return out;
    }

    std::string deadlocks(const std::vector<Deadlock>& found) const {
        std::string out;
        for (const Deadlock& steps : found) {
            Rows cells;
            for (size_t i = 0; i < steps.size(); ++i) {
                const DeadlockStep& step = steps[i];
                const DeadlockStep& next = steps[(i + 1) % steps.size()];
                std::string what = "the end of " + threadName(next.thread);
                if (step.lock.valid())
                    what = timeline_.locks[step.lock.index()].name + ", held by " + threadName(next.thread) +
                           " since " + site(siteOf(timeline_, step.heldSince));
                cells.push_back(
                    {threadName(step.thread), "waits in " + site(siteOf(timeline_, step.waitsAt)), "for " + what});
            }
            out += "\nDEADLOCK: these threads wait for each other\n" + table(cells, "lll");
        }
        return out;
    }

    std::string processes() const {
        Rows cells = {{"pid", "parent", "lived", "command"}};
        for (size_t i = 0; i < timeline_.processes.size() && i < kMostRows; ++i) {
            const Process& process = timeline_.processes[i];
            cells.push_back({std::to_string(process.pid), pid(process.parent),
                             humanTime(process.endNs - process.beginNs),
                             shortened(onOneLine(process.command), 2 * kNameWidth)});
        }
        return title("Processes", timeline_.processes.size(), kMostRows) + table(cells, "rrrl");
    }

    std::string threads(std::vector<ThreadRow> rows) const {
        Rows cells = {{"thread", "pid", "tid", "lived", "on CPU", "lock wait", "", "I/O wait", "other wait"}};
        std::string heading = title("Threads", rows.size(), kMostRows);
        keepBusiest(rows);
        for (const ThreadRow& row : rows) {
            const Thread& thread = timeline_.threads[row.thread.index()];
            cells.push_back({shortened(plainName(thread.name), kNameWidth), pid(thread.process),
                             std::to_string(thread.tid), humanTime(row.lifeNs),
                             row.cpuNs < 0 ? "-" : humanTime(row.cpuNs), humanTime(row.lockWaitNs),
                             row.lockWaitNs ? percent(row.lockWaitNs, row.lifeNs) : "", humanTime(row.ioWaitNs),
                             humanTime(row.otherWaitNs)});
        }
        return heading + withoutPid(cells, 1, "lrrrrrrrr");
    }

    std::string locks(const std::vector<LockRow>& rows) const {
        Rows cells = {
            {"lock", "pid", "kind", "acquired", "contended", "", "waited", "longest", "held", "longest", "declared"}};
        const size_t shown = worthShowing(rows);
        for (size_t i = 0; i < shown; ++i) {
            const LockRow& row = rows[i];
            const Lock& lock = timeline_.locks[row.lock.index()];
            cells.push_back(
                {shortened(plainName(lock.name), kNameWidth), pid(lock.process), toString(lock.kind),
                 humanCount(row.acquisitions), humanCount(row.contended),
                 row.contended ? percent(static_cast<int64_t>(row.contended), static_cast<int64_t>(row.acquisitions))
                               : "",
                 humanTime(row.waitNs), humanTime(row.maxWaitNs), (row.countedOnly ? "~" : "") + humanTime(row.holdNs),
                 humanTime(row.maxHoldNs), fileAndLine(lock.declaredAt)});
        }
        return title("Locks, most waited for first", rows.size(), shown) + withoutPid(cells, 1, "lrlrrrrrrrl");
    }

    std::string blame(const std::vector<LockRow>& rows) const {
        Rows cells = {{"lock", "waited", "", "because", "held it since"}};
        size_t shown = 0;
        for (const LockRow& row : rows) {
            if (row.blame.empty() || isTrifle(row.waitNs, timeline_.durationNs) || ++shown > kMostRows) continue;
            std::string name = shortened(plainName(timeline_.locks[row.lock.index()].name), kNameWidth);
            size_t known = row.blame.back().thread.valid() ? row.blame.size() : row.blame.size() - 1;
            int64_t others = 0;
            for (size_t i = 0; i < known; ++i) {
                const BlameRow& part = row.blame[i];
                if (i >= kMostBlame)
                    others += part.waitNs;
                else
                    cells.push_back({std::exchange(name, ""), humanTime(part.waitNs), percent(part.waitNs, row.waitNs),
                                     threadName(part.thread), site(Site{part.function, part.at})});
            }
            if (known > kMostBlame)
                cells.push_back(
                    {"", humanTime(others), percent(others, row.waitNs), humanCount(known - kMostBlame) + " more", ""});
            if (known < row.blame.size())
                cells.push_back({std::exchange(name, ""), humanTime(row.blame.back().waitNs),
                                 percent(row.blame.back().waitNs, row.waitNs), "nobody: waking up", ""});
        }
        return shown ? title("Who made others wait", shown, kMostRows) + table(cells, "lrrll") : "";
    }

    std::string objects(const std::vector<ObjectRow>& rows) const {
        Rows cells = {{"object", "pid", "kind", "waits", "signals", "blocked", "waited", "longest", "declared"}};
        const size_t shown = worthShowing(rows);
        for (size_t i = 0; i < shown; ++i) {
            const ObjectRow& row = rows[i];
            const Object& object = timeline_.objects[row.object.index()];
            cells.push_back({shortened(plainName(object.name), kNameWidth), pid(object.process), toString(object.kind),
                             humanCount(row.waits), humanCount(row.signals), humanCount(row.contended),
                             humanTime(row.waitNs), humanTime(row.maxWaitNs), fileAndLine(object.declaredAt)});
        }
        return title("Conditions, semaphores, barriers and futexes", rows.size(), shown) +
               withoutPid(cells, 1, "lrlrrrrrl");
    }

    std::string wakers(const std::vector<ObjectRow>& rows) const {
        Rows cells = {{"object", "waited", "", "woken by", "in"}};
        size_t shown = 0;
        for (const ObjectRow& row : rows) {
            if (row.wokenBy.empty() || !row.wokenBy.front().thread.valid() ||
                isTrifle(row.waitNs, timeline_.durationNs) || ++shown > kMostRows)
                continue;
            std::string name = shortened(plainName(timeline_.objects[row.object.index()].name), kNameWidth);
            for (size_t i = 0; i < row.wokenBy.size() && i < kMostBlame; ++i) {
                const BlameRow& part = row.wokenBy[i];
                std::string who = part.thread.valid() ? threadName(part.thread) : "nobody: in vain, or unknown";
                cells.push_back({std::exchange(name, ""), humanTime(part.waitNs), percent(part.waitNs, row.waitNs), who,
                                 site(Site{part.function, part.at})});
            }
            if (row.wokenBy.size() > kMostBlame)
                cells.push_back({"", "", "", humanCount(row.wokenBy.size() - kMostBlame) + " more", ""});
        }
        return shown ? title("Who ended the waits", shown, kMostRows) + table(cells, "lrrll") : "";
    }

    std::string functions(const std::vector<FunctionRow>& rows) const {
        Rows cells = {{"function", "calls", "self", "cumulative", "defined at"}};
        for (size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
            const FunctionRow& row = rows[i];
            const Function& function = timeline_.functions[row.function.index()];
            const char* about = row.isEstimated ? "~" : "";
            cells.push_back({shortened(plainName(function.name), kNameWidth), humanCount(row.calls),
                             about + humanTime(row.selfNs), (row.countedOnly ? "~" : "") + humanTime(row.cumulativeNs),
                             fileAndLine(function.at)});
        }
        return title("Functions, most self time first", rows.size(), kMostRows) + table(cells, "lrrrl");
    }

    std::string regions(const std::vector<RegionRow>& rows) const {
        Rows cells = {{"construct", "where", "threads", "parts", "work", "busiest thread", "balance"}};
        for (size_t i = 0; i < rows.size() && i < kMostRows; ++i)
            cells.push_back({toString(rows[i].kind), site(rows[i].where), humanCount(rows[i].threads),
                             humanCount(rows[i].parts), humanTime(rows[i].workNs), humanTime(rows[i].longestNs),
                             std::to_string(static_cast<int>(100 * balance(rows[i]) + 0.5)) + "%"});
        return title("OpenMP constructs", rows.size(), kMostRows) + table(cells, "llrrrrr");
    }

  private:
    // How many of rows that are sorted by what was waited for them.
    template <class Row>
    static size_t worthShowing(const std::vector<Row>& rows) {
        size_t waited = 0;
        while (waited < rows.size() && rows[waited].waitNs > 0) ++waited;
        return std::min({waited + kMostUnwaited, rows.size(), kMostRows});
    }

    std::string pid(ProcessId id) const {
        return id.valid() ? std::to_string(timeline_.processes[id.index()].pid) : "";
    }

    // A column of process ids says something only when there are several.
    std::string withoutPid(Rows& cells, size_t column, std::string align) const {
        if (timeline_.processes.size() > 1) return table(cells, align);
        for (auto& row : cells) row.erase(row.begin() + static_cast<ptrdiff_t>(column));
        return table(cells, align.erase(column, 1));
    }

    // Those that waited or ran most, still in the order in which they began.
    static void keepBusiest(std::vector<ThreadRow>& rows) {
        if (rows.size() <= kMostRows) return;
        auto isBusier = [](const ThreadRow& a, const ThreadRow& b) {
            return a.lockWaitNs != b.lockWaitNs ? a.lockWaitNs > b.lockWaitNs : a.cpuNs > b.cpuNs;
        };
        std::nth_element(rows.begin(), rows.begin() + kMostRows, rows.end(), isBusier);
        rows.resize(kMostRows);
        std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.thread < b.thread; });
    }

    std::string threadName(ThreadId id) const {
        if (!id.valid() || id.index() >= timeline_.threads.size()) return "unknown";
        const Thread& thread = timeline_.threads[id.index()];
        return shortened(plainName(thread.name), kNameWidth / 2) + " (" + std::to_string(thread.tid) + ")";
    }

    std::string site(const Site& part) const {
        if (!part.function.valid() || part.function.index() >= timeline_.functions.size()) return "";
        const Function& function = timeline_.functions[part.function.index()];
        std::string out = shortened(plainName(function.name), kNameWidth);
        std::string place = fileAndLine(part.at);
        if (place.empty() && function.name.starts_with("0x")) place = fileAndLine({function.module});
        return place.empty() ? out : out + " (" + place + ")";
    }

    const Timeline& timeline_;
};

}  // namespace

std::string toText(const Timeline& timeline, const Summary& summary, const Analysis& analysis) {
    Text text(timeline);
    std::string out =
        answersText(answersFor(timeline, summary, analysis)) + text.facts() + text.deadlocks(summary.deadlocks);
    if (timeline.processes.size() > 1) out += text.processes();
    out += text.threads(summary.threads) + analysisText(timeline, analysis);
    if (!summary.locks.empty()) out += text.locks(summary.locks);
    for (const LockRow& row : summary.locks)
        if (!row.blame.empty()) {
            out += text.blame(summary.locks);
            break;
        }
    if (!summary.objects.empty()) out += text.objects(summary.objects) + text.wakers(summary.objects);
    if (!summary.functions.empty()) out += text.functions(summary.functions);
    if (std::vector<RegionRow> regions = regionRows(timeline); !regions.empty()) out += text.regions(regions);
    out += functionTables(timeline);
    return out;
}

}  // namespace raddle::trace
