#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "trace/answers/words.h"
#include "trace/report/analysis_report.h"
#include "trace/report/table_words.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr size_t kMostAnswers = 8;
constexpr size_t kMostRows = 12;
constexpr size_t kLineWidth = 100;

// `text` in lines of a good width, each after the first behind `indent`.
std::string wrapped(const std::string& text, const std::string& indent) {
    std::string out;
    size_t column = indent.size();
    for (size_t at = 0; at < text.size();) {
        size_t end = text.find(' ', at);
        if (end == std::string::npos) end = text.size();
        if (column + (end - at) > kLineWidth && column > indent.size()) {
            out += "\n" + indent;
            column = indent.size();
        } else if (at > 0) {
            out += ' ';
            ++column;
        }
        out += text.substr(at, end - at);
        column += end - at;
        at = end + 1;
    }
    return out;
}

std::string bare(std::string words) {
    std::erase(words, '`');
    return words;
}

std::string share(int64_t part, int64_t whole) {
    return whole > 0 ? shareWords(static_cast<double>(part) / static_cast<double>(whole)) : "";
}

class Tables {
  public:
    explicit Tables(const Timeline& timeline) : timeline_(timeline) {}

    std::string causes(const RootCauses& causes) const {
        std::vector<Told> told = toldTogether(causes);
        std::sort(told.begin(), told.end(), [](auto& a, auto& b) {
            return std::tie(b.waitNs, a.name, a.thread, a.did, a.place) <
                   std::tie(a.waitNs, b.name, b.thread, b.did, b.place);
        });
        Rows cells = {{"waited for", "time", "because", "", "where"}};
        for (const Told& row : told) {
            if (isTrifle(row.waitNs, timeline_.durationNs) || cells.size() > kMostRows) break;
            cells.push_back({row.name, humanTime(row.waitNs), row.thread, row.did, row.place});
        }
        if (cells.size() == 1) return "";
        return title("Root causes of waiting", told.size(), cells.size() - 1) + table(cells, "lrlll");
    }

    // The part of standing still of its own accord that is no sleep.
    int64_t inputOutputNs(const CriticalPath& path) const {
        int64_t ns = 0;
        for (const PathPart& part : path.parts) {
            const List<Wait>& waits = timeline_.threads[part.thread.index()].waits;
            if (part.kind == PathKind::sleeping && part.wait < waits.size() && waits[part.wait].kind == WaitKind::io)
                ns += part.endNs - part.beginNs;
        }
        return ns;
    }

    std::string path(const CriticalPath& path) const {
        int64_t whole = path.lengthNs();
        if (whole <= 0) return "";
        std::string out =
            "\nCritical path: " + humanTime(whole) + ", of which " + share(path.runningNs, whole) + " running";
        const int64_t ioNs = inputOutputNs(path);
        for (auto [ns, what] : {std::pair{path.inSystemNs, "in the system"},
                                {path.wakingNs, "waking up"},
                                {ioNs, "input and output"},
                                {path.sleepingNs - ioNs, "sleeping"},
                                {path.waitingNs, "waiting for what is not known"}})
            if (ns > whole / 200) out += ", " + share(ns, whole) + " " + what;
        out += "\n";
        Rows cells = {{"thread", "on the path", ""}};
        std::vector<std::pair<int64_t, uint32_t>> threads;
        for (uint32_t t = 0; t < path.threadNs.size(); ++t)
            if (path.threadNs[t] > whole / 100) threads.emplace_back(-path.threadNs[t], t);
        std::sort(threads.begin(), threads.end());
        for (auto [ns, t] : threads)
            if (cells.size() <= kMostRows / 2)
                cells.push_back({bare(threadWords(timeline_, ThreadId{t})), humanTime(-ns), share(-ns, whole)});
        if (cells.size() > 1) out += table(cells, "lrr");
        cells = {{"lock", "held on it", "", "handing over", "handovers"}};
        for (const PathLock& row : path.locks)
            if (row.heldNs / 2 + row.wokenNs / 2 > whole / 200 && cells.size() <= kMostRows / 2)
                cells.push_back({bare(lockWords(timeline_, row.lock)), humanTime(row.heldNs), share(row.heldNs, whole),
                                 humanTime(row.wokenNs), humanCount(row.handovers)});
        if (cells.size() > 1) out += table(cells, "lrrrr");
        return out;
    }

    std::string parallelism(const Parallelism& p) const {
        if (p.workers.size() < 2) return "";
        std::string out = "\nParallel efficiency " + shareWords(p.efficiency) + " of " +
                          plural(p.workers.size(), "thread", "threads") + " = load balance " +
                          shareWords(p.loadBalance) + " × serialisation " + shareWords(p.serialisation) +
                          " × transfer " + shareWords(p.transfer) + "\n";
        Rows cells = {{"threads running", "time", ""}};
        for (size_t n = 0; n < p.runningNs.size() && cells.size() <= kMostRows; ++n)
            if (p.runningNs[n] > timeline_.durationNs / 200)
                cells.push_back(
                    {std::to_string(n), humanTime(p.runningNs[n]), share(p.runningNs[n], timeline_.durationNs)});
        return out + table(cells, "rrr");
    }

    std::string whatIf(const WhatIfs& what) const {
        Rows cells = {{"lock", "never waited for", "", "two locks", "", "held half as long", ""}};
        for (const WhatIf& row : what.locks) {
            if (row.free.highNs < what.recordedNs / 200) continue;
            std::vector<std::string> line = {bare(lockWords(timeline_, row.lock))};
            for (const Saving& saving : {row.free, row.split, row.halfHeld}) {
                line.push_back(signedTime(saving.ns));
                line.push_back("(" + signedTime(saving.lowNs) + " … " + signedTime(saving.highNs) + ")");
            }
            cells.push_back(line);
        }
        if (cells.size() == 1) return "";
        return "\nWhat the run of " + humanTime(what.recordedNs) +
               " would save if a lock were … (estimates, from replays; as many processors as threads)\n" +
               table(cells, "lrrrrrr");
    }

    std::string order(const LockOrder& order) const {
        if (order.inversions.empty()) return "";
        Rows cells = {{"", "thread", "holds", "taken in", "and takes", "in"}};
        size_t shown = 0;
        for (const Inversion& steps : order.inversions) {
            if (++shown > kMostRows) break;
            std::string number = std::to_string(shown);
            for (const LockOrderStep& step : steps)
                cells.push_back({std::exchange(number, ""), bare(threadWords(timeline_, step.thread)),
                                 bare(lockWords(timeline_, step.held)), bare(placeWords(timeline_, step.heldAt)),
                                 bare(lockWords(timeline_, step.wanted)), bare(placeWords(timeline_, step.wantedAt))});
        }
        return title("Locks taken in opposite orders: possible deadlocks", order.inversions.size(), kMostRows) +
               table(cells, "rlllll");
    }

  private:
    struct Told {
        std::string name, thread, did, place;
        int64_t waitNs = 0;
    };
    struct Many {
        size_t rows = 0;
        int64_t waitNs = 0;  // 0 once it is told
    };

    // Objects that differ by a number only are told at once when there are many: a condition of Python's makes one for
    // each wait.
    std::vector<Told> toldTogether(const RootCauses& causes) const {
        constexpr size_t kFew = 3;
        std::vector<Told> single;
        std::map<std::vector<std::string>, Many> groups;
        for (const CauseRow& row : causes.rows) {
            // That workers idle until the end, or look up now and then, has no cause.
            if (!row.lock.valid() && (row.kind == CauseKind::unknown || row.kind == CauseKind::timedOut)) continue;
            single.push_back(
                {bare(row.lock.valid() ? lockWords(timeline_, row.lock) : objectWords(timeline_, row.object)),
                 row.thread.valid() ? bare(threadWords(timeline_, row.thread)) : "", did(row),
                 bare(placeWords(timeline_, row.function, row.at)), row.waitNs});
            Many& group = groups[keyOf(single.back())];
            group.waitNs += row.waitNs;
            ++group.rows;
        }
        std::vector<Told> out;
        for (Told& row : single) {
            Many& group = groups[keyOf(row)];
            if (group.rows <= kFew) {
                out.push_back(std::move(row));
            } else if (group.waitNs > 0) {
                const std::vector<std::string> key = keyOf(row);
                out.push_back({key[0] + " (" + humanCount(group.rows) + " of them)", key[1], key[2], key[3],
                               std::exchange(group.waitNs, 0)});
            }
        }
        return out;
    }

    static std::vector<std::string> keyOf(const Told& row) {
        return {withoutNumber(row.name), row.thread, withoutNumber(row.did), row.place};
    }

    // "mutex #3 in f" is "mutex in f".
    static std::string withoutNumber(std::string name) {
        const size_t at = name.find(" #");
        if (at == std::string::npos) return name;
        const size_t end = name.find_first_not_of("0123456789", at + 2);
        return name.erase(at, (end == std::string::npos ? name.size() : end) - at);
    }

    static std::string signedTime(int64_t ns) { return ns < 0 ? "-" + humanTime(-ns) : humanTime(ns); }

    bool isBarrier(ObjectId id) const {
        const Object* object = lookup(timeline_.objects, id);
        return object && object->kind == ObjectKind::barrier;
    }

    std::string did(const CauseRow& row) const {
        std::string through = row.through.valid() ? ", through " + bare(lockWords(timeline_, row.through)) : "";
        switch (row.kind) {
            case CauseKind::running:
                return (row.lock.valid()        ? "held it"
                        : isBarrier(row.object) ? "had not arrived"
                                                : "had not sent yet") +
                       through;
            case CauseKind::sleeping:
                return "slept" + through;
            case CauseKind::io:
                return "input or output" + through;
            case CauseKind::waiting:
                return "waited itself" + through;
            case CauseKind::circle:
                return "waits in a circle" + through;
            case CauseKind::handOver:
                return "nobody: waking up" + through;
            case CauseKind::timedOut:
                return "nobody: it timed out" + through;
            case CauseKind::unknown:
                return "not known" + through;
        }
        return "";
    }

    const Timeline& timeline_;
};

}  // namespace

std::string answersText(const std::vector<Answer>& answers) {
    std::string out;
    for (size_t i = 0; i < answers.size() && i < kMostAnswers; ++i) {
        constexpr const char* kMarks[] = {"!! ", "!  ", "-  ", "ok "};
        out += kMarks[static_cast<size_t>(answers[i].weight)] + wrapped(answers[i].head, "   ") + "\n";
        if (!answers[i].detail.empty()) out += "   " + wrapped(answers[i].detail, "   ") + "\n";
    }
    if (answers.size() > kMostAnswers)
        out += "   and " + std::to_string(answers.size() - kMostAnswers) + " more (--format json lists all)\n";
    return out.empty() ? out : out + "\n";
}

std::string analysisText(const Timeline& timeline, const Analysis& analysis) {
    Tables tables(timeline);
    return tables.parallelism(analysis.parallelism) + tables.path(analysis.path) + tables.causes(analysis.causes) +
           tables.whatIf(analysis.whatIfs) + tables.order(analysis.order);
}

}  // namespace raddle::trace
