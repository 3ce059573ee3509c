// The processed profile format of Firefox's profiler, version 70:
// https://github.com/firefox-devtools/profiler/blob/main/docs-developer/processed-profile-format.md
#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "trace/answers/words.h"
#include "trace/exports/output.h"
#include "trace/timeline/names.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr int64_t kNone = -1;

enum Category { kRunning, kLockWait, kOtherWait };

// Milliseconds with all their nanoseconds.
std::string inMs(int64_t ns) {
    std::string digits = std::to_string(ns < 0 ? 0 : ns);
    if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
    return digits.insert(digits.size() - 6, ".");
}

// A column of one of the format's tables, which are written as objects of arrays.
template <class Rows, class Cell>
void column(Output& out, const char* name, const Rows& rows, Cell cell) {
    out << "\"" << name << "\":[";
    bool isFirst = true;
    for (const auto& row : rows) {
        if (!isFirst) out << ",";
        isFirst = false;
        cell(row);
    }
    out << "],";
}

// What the threads share: their stacks as one tree. Grows while threads are written and is written behind them.
class Shared {
  public:
    explicit Shared(const Timeline& timeline) : timeline_(timeline) {}

    int64_t string(const std::string& text) {
        auto [it, isNew] = stringIds_.try_emplace(text, static_cast<int64_t>(strings_.size()));
        if (isNew) strings_.push_back(&it->first);
        return it->second;
    }

    // The function itself, or one of the names that stand for a wait.
    int64_t function(FunctionId id, const std::string& name) {
        auto [it, isNew] =
            functionIds_.try_emplace({id, id.valid() ? "" : name}, static_cast<int64_t>(functions_.size()));
        if (!isNew) return it->second;
        const Function* function = lookup(timeline_.functions, id);
        Func row{string(function ? plainName(function->name) : name), kNone, kNone, kNone};
        if (function && !function->module.empty()) {
            std::string module = function->module.substr(function->module.rfind('/') + 1);
            auto [resource, isNewResource] = resourceIds_.try_emplace(module, static_cast<int64_t>(resources_.size()));
            if (isNewResource) resources_.push_back(string(module));
            row.resource = resource->second;
        }
        if (function && !function->at.file.empty()) {
            auto [source, isNewSource] =
                sourceIds_.try_emplace(function->at.file, static_cast<int64_t>(sources_.size()));
            if (isNewSource) sources_.push_back(string(function->at.file));
            row.source = source->second;
            if (function->at.line) row.line = function->at.line;
        }
        functions_.push_back(row);
        return it->second;
    }

    int64_t node(int64_t parent, int64_t function, uint32_t line, Category category) {
        auto [frame, isNewFrame] =
            frameIds_.try_emplace({function, line, category}, static_cast<int64_t>(frames_.size()));
        if (isNewFrame) frames_.push_back({function, line, category});
        auto [node, isNew] = nodeIds_.try_emplace({parent, frame->second}, static_cast<int64_t>(nodes_.size()));
        if (isNew) nodes_.push_back({parent, frame->second});
        return node->second;
    }

    // Outermost first; kNone when nothing is known of it.
    int64_t stack(StackId id) {
        const Stack* stack = lookup(timeline_.stacks, id);
        if (!stack) return kNone;
        auto [it, isNew] = stackNodes_.try_emplace(id.value, kNone);
        if (!isNew) return it->second;
        for (auto f = stack->frames.rbegin(); f != stack->frames.rend(); ++f)
            if (f->function.index() < timeline_.functions.size())
                it->second = node(it->second, function(f->function, ""), f->at.line, kRunning);
        return it->second;
    }

    void write(Output& out) const {
        out << "{\"stackTable\":{";
        column(out, "frame", nodes_, [&](const Node& n) { out << n.frame; });
        // How far back the caller's node is; 0: there is none.
        int64_t index = 0;
        column(out, "prefixOffset", nodes_, [&](const Node& n) {
            out << (n.parent == kNone ? 0 : index - n.parent);
            ++index;
        });
        out << "\"length\":" << static_cast<int64_t>(nodes_.size()) << "},\n\"frameTable\":{";
        for (const char* name : {"address", "lib"}) column(out, name, frames_, [&](const Frame&) { out << kNone; });
        column(out, "inlineDepth", frames_, [&](const Frame&) { out << int64_t{0}; });
        column(out, "category", frames_, [&](const Frame& f) { out << int64_t{f.category}; });
        column(out, "subcategory", frames_, [&](const Frame&) { out << int64_t{0}; });
        column(out, "func", frames_, [&](const Frame& f) { out << f.function; });
        for (const char* name : {"nativeSymbol", "innerWindowID", "column", "originalLocation"})
            column(out, name, frames_, [&](const Frame&) { out << "null"; });
        column(out, "line", frames_, [&](const Frame& f) { orNull(out, f.line ? int64_t{f.line} : kNone); });
        out << "\"length\":" << static_cast<int64_t>(frames_.size()) << "},\n\"funcTable\":{";
        column(out, "name", functions_, [&](const Func& f) { out << f.name; });
        for (const char* name : {"isJS", "relevantForJS"})
            column(out, name, functions_, [&](const Func&) { out << "false"; });
        column(out, "resource", functions_, [&](const Func& f) { out << f.resource; });
        column(out, "source", functions_, [&](const Func& f) { orNull(out, f.source); });
        column(out, "lineNumber", functions_, [&](const Func& f) { orNull(out, f.line); });
        for (const char* name : {"columnNumber", "originalLocation"})
            column(out, name, functions_, [&](const Func&) { out << "null"; });
        out << "\"length\":" << static_cast<int64_t>(functions_.size()) << "},\n\"resourceTable\":{";
        column(out, "name", resources_, [&](int64_t name) { out << name; });
        column(out, "host", resources_, [&](int64_t) { out << "null"; });
        column(out, "type", resources_, [&](int64_t) { out << int64_t{1}; });  // a library
        out << "\"length\":" << static_cast<int64_t>(resources_.size()) << "},\n\"sources\":{";
        for (const char* name : {"id", "sourceMapURL", "content"})
            column(out, name, sources_, [&](int64_t) { out << "null"; });
        column(out, "filename", sources_, [&](int64_t name) { out << name; });
        for (const char* name : {"startLine", "startColumn"})
            column(out, name, sources_, [&](int64_t) { out << int64_t{1}; });
        out << "\"length\":" << static_cast<int64_t>(sources_.size())
            << "},\n\"nativeSymbols\":{\"libIndex\":[],\"address\":[],\"name\":[],\"functionSize\":[],\"length\":0},\n"
               "\"sourceLocationTable\":{\"source\":[],\"line\":[],\"column\":[],\"length\":0},\n\"stringArray\":[";
        for (size_t i = 0; i < strings_.size(); ++i) out << (i ? "," : "") << jsonText(*strings_[i]);
        out << "]}";
    }

  private:
    struct Node {
        int64_t parent, frame;
    };
    struct Frame {
        int64_t function;
        uint32_t line;
        Category category;
    };
    struct Func {
        int64_t name, resource, source, line;
    };

    static void orNull(Output& out, int64_t value) {
        if (value == kNone)
            out << "null";
        else
            out << value;
    }

    const Timeline& timeline_;
    std::vector<Node> nodes_;
    std::vector<Frame> frames_;
    std::vector<Func> functions_;
    std::vector<int64_t> resources_, sources_;  // their names
    std::vector<const std::string*> strings_;
    std::map<std::string, int64_t> stringIds_, resourceIds_, sourceIds_;
    std::map<std::pair<FunctionId, std::string>, int64_t> functionIds_;
    std::map<std::tuple<int64_t, uint32_t, Category>, int64_t> frameIds_;
    std::map<std::pair<int64_t, int64_t>, int64_t> nodeIds_;
    std::unordered_map<uint32_t, int64_t> stackNodes_;
};

// A stretch of a thread's time with one stack.
struct Stretch {
    int64_t beginNs, ns, node;
};

class FirefoxProfile {
  public:
    FirefoxProfile(const Timeline& timeline, Output& out) : timeline_(timeline), out_(out), shared_(timeline) {}

    void run() {
        meta();
        out_ << ",\"libs\":[],\n\"threads\":[";
        bool isFirst = true;
        for (const Thread& thread : timeline_.threads) {
            if (!isFirst) out_ << ",\n";
            isFirst = false;
            if (!one(thread)) return;
        }
        out_ << "],\n\"shared\":";
        shared_.write(out_);
        out_ << "}\n";
    }

  private:
    void meta() {
        out_ << "{\"meta\":{\"interval\":1,\"startTime\":" << inMs(timeline_.startedAtUnixNs)
             << ",\"processType\":0,\"product\":" << jsonText(timeline_.command)
             << ",\"stackwalk\":1,\"version\":34,\"preprocessedProfileVersion\":70,\"importedFrom\":\"raddle\","
                "\"symbolicated\":true,\"sourceCodeIsNotOnSearchfox\":true,\"usesOnlyOneStackType\":true,"
                "\"sampleUnits\":{\"time\":\"ms\",\"eventDelay\":\"ms\",\"threadCPUDelta\":\"ns\"},\"categories\":["
                "{\"name\":\"Running\",\"color\":\"green\",\"subcategories\":[\"Other\"]},"
                "{\"name\":\"Waiting for a lock\",\"color\":\"red\",\"subcategories\":[\"Other\"]},"
                "{\"name\":\"Waiting\",\"color\":\"grey\",\"subcategories\":[\"Other\"]}],\"markerSchema\":["
                "{\"name\":\"Wait\",\"display\":[\"marker-chart\",\"marker-table\",\"timeline-overview\"],"
                "\"chartLabel\":\"{marker.data.for}\",\"tableLabel\":\"{marker.data.for}\","
                "\"tooltipLabel\":\"{marker.name}: {marker.data.for}\",\"fields\":["
                "{\"key\":\"for\",\"label\":\"For\",\"format\":\"string\"},"
                "{\"key\":\"because\",\"label\":\"Because of\",\"format\":\"string\"}]}]}";
    }

    bool one(const Thread& thread) {
        const Process* process = lookup(timeline_.processes, thread.process);
        out_ << "{\"processType\":\"default\",\"processStartupTime\":" << inMs(process ? process->beginNs : 0)
             << ",\"processShutdownTime\":" << inMs(process ? process->endNs : timeline_.durationNs)
             << ",\"registerTime\":" << inMs(thread.beginNs) << ",\"unregisterTime\":" << inMs(thread.endNs)
             << ",\"pausedRanges\":[],\"name\":" << jsonText(thread.name)
             << ",\"isMainThread\":" << (thread.creator.valid() ? "false" : "true")
             << ",\"processName\":" << jsonText(process ? process->command : timeline_.command) << ",\"pid\":\""
             << (process ? process->pid : 0) << "\",\"tid\":" << thread.tid << ",\"showMarkersInTimeline\":true";
        bool isWanted = samples(thread) && markers(thread);
        out_ << "}";
        return isWanted;
    }

    // Calls tell all of a thread's time. Without them there are samples of it on the processor, and its waits.
    bool samples(const Thread& thread) {
        std::vector<Stretch> stretches;
        if (!thread.calls.empty()) {
            addCalls(thread, stretches);
        } else {
            for (const Sample& sample : thread.samples)
                stretches.push_back({std::max<int64_t>(0, sample.atNs - sample.weightNs), sample.weightNs,
                                     shared_.stack(sample.stack)});
            for (const Wait& wait : thread.waits) {
                Category category = wait.kind == WaitKind::lock ? kLockWait : kOtherWait;
                int64_t leaf = shared_.function({}, "[waiting for " + targetOf(wait) + "]");
                stretches.push_back({wait.beginNs, std::max<int64_t>(0, wait.endNs - wait.beginNs),
                                     shared_.node(shared_.stack(wait.stack), leaf, 0, category)});
            }
            std::sort(stretches.begin(), stretches.end(), [](auto& a, auto& b) { return a.beginNs < b.beginNs; });
        }
        out_ << ",\n\"samples\":{";
        column(out_, "stack", stretches, [&](const Stretch& s) {
            if (s.node == kNone)
                out_ << "null";
            else
                out_ << s.node;
        });
        column(out_, "time", stretches, [&](const Stretch& s) { out_ << inMs(s.beginNs); });
        column(out_, "weight", stretches, [&](const Stretch& s) { out_ << inMs(s.ns); });
        out_ << "\"weightType\":\"tracing-ms\",\"length\":" << static_cast<int64_t>(stretches.size()) << "}";
        return out_.step();
    }

    void addCalls(const Thread& thread, std::vector<Stretch>& out) {
        struct Open {
            int64_t endNs, node;
        };
        std::vector<Open> open;
        int64_t nowNs = thread.beginNs;
        auto advance = [&](int64_t toNs) {
            if (toNs <= nowNs) return;
            if (!open.empty()) out.push_back({nowNs, toNs - nowNs, open.back().node});
            nowNs = toNs;
        };
        auto closeTo = [&](size_t depth) {
            for (; open.size() > depth; open.pop_back()) advance(open.back().endNs);
        };
        for (const Call& call : thread.calls) {
            if (call.function.index() >= timeline_.functions.size()) continue;
            while (!open.empty() && open.back().endNs <= call.beginNs) closeTo(open.size() - 1);
            closeTo(std::min<size_t>(open.size(), call.depth));
            advance(call.beginNs);
            int64_t parent = open.empty() ? kNone : open.back().node;
            int64_t endNs = open.empty() ? call.endNs : std::min(call.endNs, open.back().endNs);
            open.push_back({endNs, shared_.node(parent, shared_.function(call.function, ""), 0, kRunning)});
        }
        closeTo(0);
    }

    std::string targetOf(const Wait& wait) const {
        std::string target = waitedFor(timeline_, wait);
        return target.empty() ? toString(wait.kind) : target;
    }

    bool markers(const Thread& thread) {
        out_ << ",\n\"markers\":{";
        bool isWanted = true;
        column(out_, "data", thread.waits, [&](const Wait& wait) {
            const Thread* blocker = lookup(timeline_.threads, wait.blocker);
            out_ << "{\"type\":\"Wait\",\"for\":" << jsonText(targetOf(wait));
            if (blocker) out_ << ",\"because\":" << jsonText(threadTitle(*blocker));
            out_ << "}";
            isWanted = out_.step() && isWanted;
        });
        column(out_, "name", thread.waits, [&](const Wait& wait) {
            out_ << shared_.string(wait.kind == WaitKind::lock ? "waits for a lock" : toString(wait.kind));
        });
        column(out_, "startTime", thread.waits, [&](const Wait& wait) { out_ << inMs(wait.beginNs); });
        column(out_, "endTime", thread.waits,
               [&](const Wait& wait) { out_ << inMs(std::max(wait.beginNs, wait.endNs)); });
        column(out_, "phase", thread.waits, [&](const Wait&) { out_ << int64_t{1}; });  // an interval
        column(out_, "category", thread.waits,
               [&](const Wait& wait) { out_ << int64_t{wait.kind == WaitKind::lock ? kLockWait : kOtherWait}; });
        out_ << "\"length\":" << static_cast<int64_t>(thread.waits.size()) << "}";
        return isWanted;
    }

    const Timeline& timeline_;
    Output& out_;
    Shared shared_;
};

}  // namespace

void exportFirefox(const Timeline& timeline, Output& out) {
    FirefoxProfile(timeline, out).run();
}

}  // namespace raddle::trace
