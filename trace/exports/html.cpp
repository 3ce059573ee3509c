// One page without scripts or other files: the answers, a picture of the threads, and the tables that say why.
#include <algorithm>
#include <array>

#include "trace/answers/answers.h"
#include "trace/answers/words.h"
#include "trace/exports/output.h"
#include "trace/report/report.h"
#include "trace/timeline/names.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr size_t kMostRows = 40;
constexpr int kColumns = 1000;  // of the picture
constexpr int64_t kRowHeight = 16;

constexpr const char* kStyle = R"(
:root{color-scheme:light dark}
body{font:14px/1.45 system-ui,sans-serif;max-width:1200px;margin:2em auto;padding:0 1em}
h1{font-size:1.3em}h2{font-size:1.05em;margin:1.8em 0 .5em}
table{border-collapse:collapse;width:100%}td,th{padding:.2em .6em;text-align:left;vertical-align:top;border-bottom:1px solid #8884}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
code{font-family:ui-monospace,monospace;font-size:.95em}
.a{border-left:5px solid #888;padding:.3em .9em;margin:.6em 0}.a p{margin:.2em 0}
.stuck{border-color:#c4314b}.costly{border-color:#d9822b}.notable{border-color:#4a7ebb}.good{border-color:#3a8f5c}
svg text{font:11px system-ui,sans-serif;fill:currentColor}
.k0{fill:#3a8f5c}.k1{fill:#c4314b}.k2{fill:#d9b84a}.k3{fill:#8d6cab}.k4{fill:#9aa4ad}
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out;
}

// With the names between backquotes set as code.
std::string sentence(const std::string& text) {
    std::string out;
    bool isCode = false;
    size_t from = 0;
    for (size_t at; (at = text.find('`', from)) != std::string::npos; from = at + 1, isCode = !isCode)
        out += escaped(text.substr(from, at - from)) + (isCode ? "</code>" : "<code>");
    return out + escaped(text.substr(from)) + (isCode ? "</code>" : "");
}

enum Kind { kRunning, kLock, kEvent, kJoin, kSleep, kKinds };
constexpr const char* kKindNames[] = {"running", "waiting for a lock", "waiting for an event", "joining",
                                      "sleeping or at input and output"};

Kind kindOf(WaitKind kind) {
    switch (kind) {
        case WaitKind::lock:
            return kLock;
        case WaitKind::join:
            return kJoin;
        case WaitKind::sleep:
        case WaitKind::io:
            return kSleep;
        default:
            return kEvent;
    }
}

class Html {
  public:
    Html(const Timeline& timeline, Output& out)
        : timeline_(timeline), out_(out), summary_(summarize(timeline)), analysis_(analyse(timeline)) {}

    void run() {
        out_ << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" << escaped(timeline_.command)
             << "</title><style>" << kStyle << "</style></head><body>\n<h1>" << escaped(timeline_.command)
             << "</h1>\n<p>" << humanTime(timeline_.durationNs) << ", "
             << plural(timeline_.threads.size(), "thread", "threads") << ", "
             << plural(timeline_.events, "event", "events")
             << (timeline_.complete        ? ""
                 : timeline_.droppedEvents ? "; incomplete: not all events could be recorded"
                                           : "; cut off: the program was killed or still runs")
             << "</p>\n";
        for (const std::string& note : timeline_.notes) out_ << "<p>Note: " << escaped(note) << "</p>\n";
        answers();
        picture();
        if (!out_.step()) return;
        threads();
        locks();
        causes();
        path();
        functions();
        out_ << "</body></html>\n";
    }

  private:
    void answers() {
        for (const Answer& a : answersFor(timeline_, summary_, analysis_))
            out_ << "<div class=\"a " << toString(a.weight) << "\"><p><b>" << sentence(a.head) << "</b></p><p>"
                 << sentence(a.detail) << "</p></div>\n";
    }

    // For each thread and column what the thread did for most of it.
    void picture() {
        if (timeline_.durationNs <= 0 || timeline_.threads.empty()) return;
        size_t rows = std::min(kMostRows, timeline_.threads.size());
        out_ << "<h2>Threads over time" << (rows < timeline_.threads.size() ? " (the first)" : "") << "</h2>\n<p>";
        for (int k = 0; k < kKinds; ++k)
            out_ << "<svg width=\"12\" height=\"12\"><rect class=\"k" << int64_t{k}
                 << "\" width=\"12\" height=\"12\"/></svg> " << kKindNames[k] << " &nbsp; ";
        out_ << "</p>\n<svg viewBox=\"0 0 1200 " << static_cast<int64_t>(rows) * kRowHeight
             << "\" width=\"100%\" shape-rendering=\"crispEdges\">\n";
        for (size_t t = 0; t < rows; ++t) row(t);
        out_ << "</svg>\n";
    }

    void row(size_t t) {
        const Thread& thread = timeline_.threads[t];
        double perColumn = static_cast<double>(timeline_.durationNs) / kColumns;
        std::vector<std::array<double, kKinds>> columns(kColumns);
        auto add = [&](int64_t beginNs, int64_t endNs, Kind kind, double sign) {
            double begin = std::clamp(static_cast<double>(beginNs) / perColumn, 0.0, double{kColumns});
            double end = std::clamp(static_cast<double>(endNs) / perColumn, 0.0, double{kColumns});
            for (auto c = static_cast<size_t>(begin); c < kColumns && static_cast<double>(c) < end; ++c)
                columns[c][kind] +=
                    sign * (std::min(end, static_cast<double>(c + 1)) - std::max(begin, static_cast<double>(c)));
        };
        add(thread.beginNs, thread.endNs, kRunning, 1);
        for (const Still& still : stillness(thread)) {
            add(still.beginNs, still.endNs, kindOf(thread.waits[still.wait].kind), 1);
            add(still.beginNs, still.endNs, kRunning, -1);
        }
        auto y = static_cast<int64_t>(t) * kRowHeight;
        out_ << "<text x=\"0\" y=\"" << y + 12 << "\">" << escaped(shortened(plainName(thread.name), 28))
             << "</text>\n";
        auto shown = [&](size_t c) {
            auto most = std::max_element(columns[c].begin(), columns[c].end());
            return *most > 0 ? static_cast<int>(most - columns[c].begin()) : -1;
        };
        for (size_t c = 0, next; c < kColumns; c = next) {
            int kind = shown(c);
            for (next = c + 1; next < kColumns && shown(next) == kind; ++next) {
            }
            if (kind >= 0)
                out_ << "<rect class=\"k" << int64_t{kind} << "\" x=\"" << static_cast<int64_t>(200 + c) << "\" y=\""
                     << y + 1 << "\" width=\"" << static_cast<int64_t>(next - c) << "\" height=\"" << kRowHeight - 3
                     << "\"/>";
        }
        out_ << "\n";
    }

    // Columns whose letter is 'r' are flushed right.
    void table(const char* title, const std::vector<std::vector<std::string>>& rows, std::string_view align) {
        if (rows.size() < 2) return;
        out_ << "<h2>" << title << "</h2>\n<table>\n";
        for (size_t r = 0; r < rows.size() && r <= kMostRows; ++r) {
            out_ << "<tr>";
            for (size_t c = 0; c < rows[r].size(); ++c) {
                const char* cell = r == 0 ? "th" : "td";
                out_ << "<" << cell << (align[c] == 'r' ? " class=\"n\">" : ">") << sentence(rows[r][c]) << "</" << cell
                     << ">";
            }
            out_ << "</tr>\n";
        }
        out_ << "</table>\n";
        if (rows.size() > kMostRows + 1)
            out_ << "<p>… and " << static_cast<int64_t>(rows.size() - kMostRows - 1) << " more</p>\n";
    }

    void threads() {
        std::vector<std::vector<std::string>> rows = {
            {"thread", "id", "lived", "on CPU", "waited for locks", "other waits"}};
        for (const ThreadRow& row : summary_.threads) {
            const Thread& thread = timeline_.threads[row.thread.index()];
            rows.push_back({"`" + plainName(thread.name) + "`", std::to_string(thread.tid), humanTime(row.lifeNs),
                            row.cpuNs < 0 ? "–" : humanTime(row.cpuNs), humanTime(row.lockWaitNs),
                            humanTime(row.ioWaitNs + row.otherWaitNs)});
        }
        table("Threads", rows, "lrrrrr");
    }

    void locks() {
        std::vector<std::vector<std::string>> rows = {
            {"lock", "kind", "acquired", "contended", "waited", "longest", "held", "mostly held by"}};
        for (const LockRow& row : summary_.locks) {
            const Lock& lock = timeline_.locks[row.lock.index()];
            bool isBlamed = !row.blame.empty() && row.blame[0].thread.valid();
            rows.push_back({lockWords(timeline_, row.lock), toString(lock.kind), humanCount(row.acquisitions),
                            humanCount(row.contended), humanTime(row.waitNs), humanTime(row.maxWaitNs),
                            humanTime(row.holdNs),
                            isBlamed ? placeWords(timeline_, row.blame[0].function, row.blame[0].at) : ""});
        }
        table("Locks, most waited for first", rows, "llrrrrrl");
    }

    void causes() {
        std::vector<std::vector<std::string>> rows = {{"waited for", "time", "because of", "which", "where"}};
        for (const CauseRow& row : analysis_.causes.rows) {
            std::string kind = toString(row.kind);
            std::replace(kind.begin(), kind.end(), '_', ' ');
            rows.push_back({row.lock.valid() ? lockWords(timeline_, row.lock) : objectWords(timeline_, row.object),
                            humanTime(row.waitNs), row.thread.valid() ? threadWords(timeline_, row.thread) : "",
                            kind + (row.through.valid() ? ", through " + lockWords(timeline_, row.through) : ""),
                            placeWords(timeline_, row.function, row.at)});
        }
        table("Root causes of waiting", rows, "lrlll");
    }

    void path() {
        const CriticalPath& path = analysis_.path;
        double whole = static_cast<double>(std::max<int64_t>(1, path.lengthNs()));
        std::vector<std::vector<std::string>> rows = {{"lock", "held on the critical path", "share", "handovers"}};
        for (const PathLock& row : path.locks)
            rows.push_back({lockWords(timeline_, row.lock), humanTime(row.heldNs),
                            shareWords(static_cast<double>(row.heldNs) / whole), humanCount(row.handovers)});
        table("Critical path", rows, "lrrr");
    }

    void functions() {
        std::vector<std::vector<std::string>> rows = {{"function", "calls", "self", "cumulative"}};
        bool isSampled = summary_.functions.empty();
        for (const FunctionRow& row : isSampled ? summary_.sampled : summary_.functions)
            rows.push_back({placeWords(timeline_, row.function, timeline_.functions[row.function.index()].at),
                            humanCount(row.calls), humanTime(row.selfNs), humanTime(row.cumulativeNs)});
        if (isSampled) rows[0][1] = "samples";
        table(isSampled ? "Functions (estimated from samples)" : "Functions", rows, "lrrr");
    }

    const Timeline& timeline_;
    Output& out_;
    Summary summary_;
    Analysis analysis_;
};

}  // namespace

void exportHtml(const Timeline& timeline, Output& out) {
    Html(timeline, out).run();
}

}  // namespace raddle::trace
