#include <utility>

#include "trace/names.h"
#include "trace/summary.h"
#include "trace/text_format.h"

namespace raddle::trace {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr size_t kMostRows = 40;
constexpr size_t kMostBlame = 4;
constexpr size_t kNameWidth = 48;

std::string percent(int64_t part, int64_t whole) {
    if (whole <= 0) return "";
    return std::to_string(static_cast<int64_t>(100.0 * static_cast<double>(part) / static_cast<double>(whole) + 0.5)) +
           "%";
}

std::string fileAndLine(const SourceLocation& at) {
    if (at.file.empty()) return "";
    std::string name = at.file.substr(at.file.rfind('/') + 1);
    return at.line ? name + ":" + std::to_string(at.line) : name;
}

std::string title(const std::string& text, size_t rows) {
    std::string out = "\n" + text;
    if (rows > kMostRows)
        out += ", " + std::to_string(kMostRows) + " of " + humanCount(rows) + " (--format json lists all)";
    return out + "\n";
}

class Text {
  public:
    explicit Text(const Timeline& timeline) : timeline_(timeline) {}

    std::string facts() const {
        std::string out = "command    " + timeline_.command + "\n";
        out += "duration   " + humanTime(timeline_.durationNs) + ", " + humanCount(timeline_.threads.size()) +
               (timeline_.threads.size() == 1 ? " thread" : " threads");
        if (timeline_.processes.size() > 1) out += " in " + humanCount(timeline_.processes.size()) + " processes";
        out += "\nevents     " + humanCount(timeline_.events);
        if (timeline_.droppedEvents) out += ", " + humanCount(timeline_.droppedEvents) + " more could not be recorded";
        out += "\nrecording  ";
        out += timeline_.complete ? "complete" : "cut off: the program was killed or is still running";
        if (timeline_.tornBytes) out += "; " + humanCount(timeline_.tornBytes) + " half-written bytes ignored";
        out += "\n";
        for (const std::string& note : timeline_.notes) out += "note       " + note + "\n";
        return out;
    }

    std::string threads(const std::vector<ThreadRow>& rows) const {
        bool manyProcesses = timeline_.processes.size() > 1;
        Rows cells = {{"thread", manyProcesses ? "pid/tid" : "tid", "lived", "on CPU", "lock wait", "", "other wait"}};
        for (size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
            const ThreadRow& row = rows[i];
            const Thread& thread = timeline_.threads[row.thread.index()];
            std::string tid = std::to_string(thread.tid);
            if (manyProcesses && thread.process.valid())
                tid = std::to_string(timeline_.processes[thread.process.index()].pid) + "/" + tid;
            cells.push_back({shortened(plainName(thread.name), kNameWidth), tid, humanTime(row.lifeNs),
                             row.cpuNs < 0 ? "-" : humanTime(row.cpuNs), humanTime(row.lockWaitNs),
                             row.lockWaitNs ? percent(row.lockWaitNs, row.lifeNs) : "", humanTime(row.otherWaitNs)});
        }
        return title("Threads", rows.size()) + table(cells, "lrrrrrr");
    }

    std::string locks(const std::vector<LockRow>& rows) const {
        Rows cells = {{"lock", "kind", "acquired", "contended", "", "waited", "longest", "held", "longest"}};
        for (size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
            const LockRow& row = rows[i];
            const Lock& lock = timeline_.locks[row.lock.index()];
            cells.push_back({shortened(plainName(lock.name), kNameWidth), toString(lock.kind),
                             humanCount(row.acquisitions), humanCount(row.contended),
                             row.contended ? percent(static_cast<int64_t>(row.contended),
                                                     static_cast<int64_t>(row.acquisitions))
                                           : "",
                             humanTime(row.waitNs), humanTime(row.maxWaitNs), humanTime(row.holdNs),
                             humanTime(row.maxHoldNs)});
        }
        return title("Locks, most waited for first", rows.size()) + table(cells, "llrrrrrrr");
    }

    std::string blame(const std::vector<LockRow>& rows) const {
        Rows cells = {{"lock", "waited", "", "because", "held it since"}};
        size_t shown = 0;
        for (const LockRow& row : rows) {
            if (row.blame.empty() || ++shown > kMostRows) continue;
            std::string name = shortened(plainName(timeline_.locks[row.lock.index()].name), kNameWidth);
            size_t known = row.blame.back().thread.valid() ? row.blame.size() : row.blame.size() - 1;
            int64_t others = 0;
            for (size_t i = 0; i < known; ++i) {
                const BlameRow& part = row.blame[i];
                if (i >= kMostBlame)
                    others += part.waitNs;
                else
                    cells.push_back({std::exchange(name, ""), humanTime(part.waitNs), percent(part.waitNs, row.waitNs),
                                     threadName(part.thread), site(part)});
            }
            if (known > kMostBlame)
                cells.push_back({"", humanTime(others), percent(others, row.waitNs),
                                 humanCount(known - kMostBlame) + " more", ""});
            if (known < row.blame.size())
                cells.push_back({std::exchange(name, ""), humanTime(row.blame.back().waitNs),
                                 percent(row.blame.back().waitNs, row.waitNs), "nobody: waking up", ""});
        }
        return title("Who made others wait", shown) + table(cells, "lrrll");
    }

    std::string objects(const std::vector<ObjectRow>& rows) const {
        Rows cells = {{"object", "kind", "waits", "signals", "blocked", "waited", "longest"}};
        for (size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
            const ObjectRow& row = rows[i];
            const Object& object = timeline_.objects[row.object.index()];
            cells.push_back({shortened(plainName(object.name), kNameWidth), toString(object.kind),
                             humanCount(row.waits), humanCount(row.signals), humanCount(row.contended),
                             humanTime(row.waitNs), humanTime(row.maxWaitNs)});
        }
        return title("Conditions, semaphores and barriers", rows.size()) + table(cells, "llrrrrr");
    }

    std::string functions(const std::vector<FunctionRow>& rows) const {
        Rows cells = {{"function", "calls", "self", "cumulative", "defined at"}};
        for (size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
            const FunctionRow& row = rows[i];
            const Function& function = timeline_.functions[row.function.index()];
            cells.push_back({shortened(plainName(function.name), kNameWidth), humanCount(row.calls),
                             humanTime(row.selfNs), humanTime(row.cumulativeNs), fileAndLine(function.at)});
        }
        return title("Functions, most self time first", rows.size()) + table(cells, "lrrrl");
    }

  private:
    std::string threadName(ThreadId id) const {
        if (!id.valid() || id.index() >= timeline_.threads.size()) return "unknown";
        const Thread& thread = timeline_.threads[id.index()];
        return shortened(plainName(thread.name), kNameWidth / 2) + " (" + std::to_string(thread.tid) + ")";
    }

    std::string site(const BlameRow& part) const {
        std::string out;
        if (part.function.valid() && part.function.index() < timeline_.functions.size())
            out = shortened(plainName(timeline_.functions[part.function.index()].name), kNameWidth);
        if (!part.at.file.empty()) out += " (" + fileAndLine(part.at) + ")";
        return out;
    }

    const Timeline& timeline_;
};

}  // namespace

std::string toText(const Timeline& timeline, const Summary& summary) {
    Text text(timeline);
    std::string out = text.facts() + text.threads(summary.threads);
    if (!summary.locks.empty()) out += text.locks(summary.locks);
    for (const LockRow& row : summary.locks)
        if (!row.blame.empty()) {
            out += text.blame(summary.locks);
            break;
        }
    if (!summary.objects.empty()) out += text.objects(summary.objects);
    if (!summary.functions.empty()) out += text.functions(summary.functions);
    return out;
}

}  // namespace raddle::trace
