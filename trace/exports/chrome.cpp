// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format). Times are in
// microseconds; three decimals keep the nanoseconds.
#include <cstdio>
#include <vector>

#include "trace/answers/words.h"
#include "trace/exports/output.h"
#include "trace/timeline/names.h"
#include "trace/timeline/sites.h"

namespace raddle::trace {
namespace {

std::string micros(int64_t ns) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%lld.%03lld", static_cast<long long>(ns / 1000),
                  static_cast<long long>(ns % 1000));
    return buffer;
}

class Chrome {
  public:
    Chrome(const Timeline& timeline, Output& out) : timeline_(timeline), out_(out) {
        for (const Function& function : timeline.functions) functions_.push_back(jsonText(function.name));
        for (const Lock& lock : timeline.locks) locks_.push_back(jsonText(lock.name));
        places_.resize(timeline.stacks.size());
    }

    void run() {
        out_ << "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"command\":" << jsonText(timeline_.command)
             << "},\"traceEvents\":[\n";
        names();
        for (uint32_t t = 0; t < timeline_.threads.size(); ++t)
            if (!thread(t)) return;
        tsan();
        out_ << "\n]}\n";
    }

  private:
    Output& event(const char* phase, const Thread& thread, std::string_view name, const char* category, int64_t atNs) {
        separate();
        int64_t pid = pidOf(thread.process);
        return out_ << "{\"ph\":\"" << phase << "\",\"pid\":" << pid << ",\"tid\":" << thread.tid
                    << ",\"name\":" << name << ",\"cat\":\"" << category << "\",\"ts\":" << micros(atNs);
    }

    void separate() {
        if (!isFirst_) out_ << ",\n";
        isFirst_ = false;
    }

    int64_t pidOf(ProcessId id) const {
        const Process* process = lookup(timeline_.processes, id);
        return process ? process->pid : 0;
    }

    void names() {
        for (const Process& process : timeline_.processes) {
            separate();
            out_ << "{\"ph\":\"M\",\"pid\":" << process.pid
                 << ",\"name\":\"process_name\",\"args\":{\"name\":" << jsonText(process.command) << "}}";
        }
        for (const Thread& thread : timeline_.threads) {
            separate();
            out_ << "{\"ph\":\"M\",\"pid\":" << pidOf(thread.process) << ",\"tid\":" << thread.tid
                 << ",\"name\":\"thread_name\",\"args\":{\"name\":" << jsonText(thread.name) << "}}";
        }
    }

    bool thread(uint32_t t) {
        const Thread& thread = timeline_.threads[t];
        for (const Call& call : thread.calls) {
            if (call.function.index() >= functions_.size()) continue;
            event("X", thread, functions_[call.function.index()], "function", call.beginNs)
                << ",\"dur\":" << micros(call.endNs - call.beginNs) << "}";
            if (!out_.step()) return false;
        }
        for (const Wait& wait : thread.waits) {
            std::string what = waitedFor(timeline_, wait);
            event("X", thread, jsonText(std::string("wait: ") + toString(wait.kind) + (what.empty() ? "" : " " + what)),
                  "wait", wait.beginNs)
                << ",\"dur\":" << micros(wait.endNs - wait.beginNs) << ",\"args\":{\"in\":" << place(wait.stack);
            if (const Thread* blocker = lookup(timeline_.threads, wait.blocker))
                out_ << ",\"because_of\":" << jsonText(threadTitle(*blocker))
                     << ",\"who_was_in\":" << place(wait.blockerStack);
            out_ << "}}";
            if (!out_.step()) return false;
        }
        for (const Hold& hold : thread.holds) {
            if (hold.lock.index() >= locks_.size()) continue;
            // Holds need not nest, so they are no slices of the thread.
            std::string id = ",\"id\":\"" + std::to_string(++asynchronous_) + "\"";
            event("b", thread, locks_[hold.lock.index()], "lock", hold.beginNs)
                << id << ",\"args\":{\"thread\":" << jsonText(threadTitle(thread)) << ",\"in\":" << place(hold.stack)
                << "}}";
            event("e", thread, locks_[hold.lock.index()], "lock", hold.endNs) << id << "}";
            if (!out_.step()) return false;
        }
        return true;
    }

    void tsan() {
        for (const TsanEvent& report : timeline_.tsan)
            if (const Thread* thread = lookup(timeline_.threads, report.thread))
                event("i", *thread, jsonText("ThreadSanitizer: " + report.kind), "tsan", report.atNs)
                    << ",\"s\":\"t\"}";
    }

    const std::string& place(StackId stack) {
        static const std::string kNowhere = "\"\"";
        if (stack.index() >= places_.size()) return kNowhere;
        std::string& text = places_[stack.index()];
        if (text.empty()) {
            text = placeWords(timeline_, stack);
            std::erase(text, '`');
            text = jsonText(text);
        }
        return text;
    }

    const Timeline& timeline_;
    Output& out_;
    std::vector<std::string> functions_, locks_;  // as JSON
    std::vector<std::string> places_;             // by stack, as JSON
    uint64_t asynchronous_ = 0;
    bool isFirst_ = true;
};

}  // namespace

void exportChrome(const Timeline& timeline, Output& out) {
    Chrome(timeline, out).run();
}

}  // namespace raddle::trace
