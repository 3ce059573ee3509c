// RFC 4180, with a heading.
#include <vector>

#include "trace/answers/words.h"
#include "trace/exports/output.h"
#include "trace/timeline/names.h"
#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

std::string cell(const std::string& text) {
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

class Csv {
  public:
    Csv(const Timeline& timeline, Output& out) : timeline_(timeline), out_(out), places_(timeline.stacks.size()) {}

    void run() {
        out_ << "what,kind,pid,tid,thread,begin_ns,end_ns,name,function,location,by_tid,finished\n";
        for (const Thread& thread : timeline_.threads)
            if (!rows(thread)) return;
    }

  private:
    bool rows(const Thread& thread) {
        const Process* process = lookup(timeline_.processes, thread.process);
        who_ = "," + std::to_string(process ? process->pid : 0) + "," + std::to_string(thread.tid) + "," +
               cell(thread.name) + ",";
        for (const Wait& wait : thread.waits) {
            row("wait", toString(wait.kind), wait.beginNs, wait.endNs, waitedFor(timeline_, wait));
            const Thread* by = lookup(timeline_.threads, wait.blocker);
            out_ << place(wait.stack) << (by ? std::to_string(by->tid) : "") << (wait.finished ? ",1\n" : ",0\n");
            if (!out_.step()) return false;
        }
        for (const Hold& hold : thread.holds) {
            const Lock* lock = lookup(timeline_.locks, hold.lock);
            row("hold", toString(hold.mode), hold.beginNs, hold.endNs, lock ? lock->name : "");
            out_ << place(hold.stack) << (hold.finished ? ",1\n" : ",0\n");
            if (!out_.step()) return false;
        }
        for (const Call& call : thread.calls) {
            const Function* function = lookup(timeline_.functions, call.function);
            row("call", "", call.beginNs, call.endNs, function ? function->name : "");
            out_ << ",," << (call.finished ? ",1\n" : ",0\n");
            if (!out_.step()) return false;
        }
        for (const Signal& signal : thread.signals) {
            const Object* object = lookup(timeline_.objects, signal.object);
            row("signal", signal.broadcast ? "all" : "one", signal.atNs, signal.atNs, object ? object->name : "");
            out_ << place(signal.stack) << ",1\n";
        }
        return true;
    }

    void row(const char* what, const char* kind, int64_t beginNs, int64_t endNs, const std::string& name) {
        out_ << what << "," << kind << who_ << beginNs << "," << endNs << "," << cell(name) << ",";
    }

    // Function and location, with the commas behind them.
    const std::string& place(StackId stack) {
        static const std::string kNowhere = ",,";
        if (stack.index() >= places_.size()) return kNowhere;
        std::string& text = places_[stack.index()];
        if (text.empty()) {
            Site site = siteOf(timeline_, stack);
            const Function* function = lookup(timeline_.functions, site.function);
            text =
                cell(function ? function->name : "") + "," + cell(site.at.file.empty() ? "" : toString(site.at)) + ",";
        }
        return text;
    }

    const Timeline& timeline_;
    Output& out_;
    std::vector<std::string> places_;
    std::string who_;
};

}  // namespace

void exportCsv(const Timeline& timeline, Output& out) {
    Csv(timeline, out).run();
}

}  // namespace raddle::trace
