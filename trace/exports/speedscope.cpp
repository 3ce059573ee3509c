// https://www.speedscope.app/file-format-schema.json
#include <algorithm>
#include <vector>

#include "trace/answers/words.h"
#include "trace/exports/output.h"
#include "trace/timeline/grow.h"
#include "trace/timeline/names.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

class Speedscope {
  public:
    Speedscope(const Timeline& timeline, Output& out) : timeline_(timeline), out_(out) {}

    void run() {
        out_ << "{\"version\":\"0.0.1\",\"$schema\":\"https://www.speedscope.app/"
                "file-format-schema.json\",\"exporter\":\"raddle\",\"name\":"
             << jsonText(timeline_.command) << ",\"shared\":{\"frames\":[\n";
        frames();
        out_ << "\n]},\"profiles\":[\n";
        for (const Thread& thread : timeline_.threads) {
            if (!thread.calls.empty() && !calls(thread)) return;
            if (!thread.samples.empty() && !samples(thread)) return;
            if (!thread.waits.empty() && !waits(thread)) return;
        }
        if (!hasProfiles_) begin("sampled", "nothing was recorded", 0, 0) << ",\"samples\":[],\"weights\":[]}";
        out_ << "\n]}\n";
    }

  private:
    // Functions first; behind them a frame for each lock, object and kind of wait.
    void frames() {
        for (const Function& function : timeline_.functions) {
            frame(plainName(function.name));
            if (!function.at.file.empty()) {
                out_ << ",\"file\":" << jsonText(function.at.file);
                if (function.at.line) out_ << ",\"line\":" << static_cast<int64_t>(function.at.line);
            }
            out_ << "}";
        }
        for (const Lock& lock : timeline_.locks) frame("[waiting for " + lock.name + "]") << "}";
        for (const Object& object : timeline_.objects) frame("[waiting for " + object.name + "]") << "}";
        frame("[joining a thread]") << "}";
        frame("[sleeping]") << "}";
        frame("[input and output]") << "}";
        frame("[waiting]") << "}";
    }

    Output& frame(const std::string& name) {
        if (hasFrames_) out_ << ",\n";
        hasFrames_ = true;
        return out_ << "{\"name\":" << jsonText(name.empty() ? "unknown" : name);
    }

    int64_t frameOf(const Wait& wait) const {
        size_t locks = timeline_.functions.size(), objects = locks + timeline_.locks.size();
        size_t others = objects + timeline_.objects.size();
        if (wait.kind == WaitKind::lock && wait.lock.index() < timeline_.locks.size())
            return static_cast<int64_t>(locks + wait.lock.index());
        if (wait.object.index() < timeline_.objects.size()) return static_cast<int64_t>(objects + wait.object.index());
        return static_cast<int64_t>(others + (wait.kind == WaitKind::join    ? 0
                                              : wait.kind == WaitKind::sleep ? 1
                                              : wait.kind == WaitKind::io    ? 2
                                                                             : 3));
    }

    Output& begin(const char* type, const std::string& name, int64_t beginNs, int64_t endNs) {
        if (hasProfiles_) out_ << ",\n";
        hasProfiles_ = true;
        return out_ << "{\"type\":\"" << type << "\",\"name\":" << jsonText(name)
                    << ",\"unit\":\"nanoseconds\",\"startValue\":" << beginNs << ",\"endValue\":" << endNs;
    }

    bool calls(const Thread& thread) {
        begin("evented", threadTitle(thread), thread.beginNs, std::max(thread.beginNs, thread.endNs))
            << ",\"events\":[";
        std::vector<const Call*> open;
        int64_t lastNs = thread.beginNs;
        bool isFirst = true;
        auto put = [&](char type, FunctionId function, int64_t atNs) {
            lastNs = std::clamp(atNs, lastNs, std::max(lastNs, thread.endNs));
            if (!isFirst) out_ << ",";
            isFirst = false;
            out_ << "{\"type\":\"" << type << "\",\"frame\":" << static_cast<int64_t>(function.value)
                 << ",\"at\":" << lastNs << "}";
        };
        auto closeUntil = [&](size_t depth) {
            for (; open.size() > depth; open.pop_back()) put('C', open.back()->function, open.back()->endNs);
        };
        for (const Call& call : thread.calls) {
            if (call.function.index() >= timeline_.functions.size()) continue;
            while (!open.empty() && open.back()->endNs <= call.beginNs) closeUntil(open.size() - 1);
            closeUntil(std::min<size_t>(open.size(), call.depth));
            put('O', call.function, call.beginNs);
            open.push_back(&call);
            if (!out_.step()) return false;
        }
        closeUntil(0);
        out_ << "]}";
        return true;
    }

    // Outermost first.
    void stack(StackId id, int64_t leaf) {
        out_ << "[";
        bool isFirst = true;
        if (const Stack* stack = lookup(timeline_.stacks, id))
            for (auto f = stack->frames.rbegin(); f != stack->frames.rend(); ++f) {
                if (f->function.index() >= timeline_.functions.size()) continue;
                if (!isFirst) out_ << ",";
                isFirst = false;
                out_ << static_cast<int64_t>(f->function.value);
            }
        if (leaf >= 0) {
            if (!isFirst) out_ << ",";
            out_ << leaf;
        }
        out_ << "]";
    }

    bool samples(const Thread& thread) {
        int64_t sum = 0;
        for (const Sample& sample : thread.samples) grow(sum, sample.weightNs);
        begin("sampled", threadTitle(thread) + ", sampled", 0, sum) << ",\"samples\":[";
        for (size_t i = 0; i < thread.samples.size(); ++i) {
            if (i) out_ << ",";
            stack(thread.samples[i].stack, -1);
            if (!out_.step()) return false;
        }
        out_ << "],\"weights\":[";
        for (size_t i = 0; i < thread.samples.size(); ++i) out_ << (i ? "," : "") << thread.samples[i].weightNs;
        out_ << "]}";
        return true;
    }

    bool waits(const Thread& thread) {
        int64_t sum = 0;
        for (const Wait& wait : thread.waits) grow(sum, wait.endNs - wait.beginNs);
        begin("sampled", threadTitle(thread) + ", waiting", 0, sum) << ",\"samples\":[";
        for (size_t i = 0; i < thread.waits.size(); ++i) {
            if (i) out_ << ",";
            stack(thread.waits[i].stack, frameOf(thread.waits[i]));
            if (!out_.step()) return false;
        }
        out_ << "],\"weights\":[";
        for (size_t i = 0; i < thread.waits.size(); ++i)
            out_ << (i ? "," : "") << (thread.waits[i].endNs - thread.waits[i].beginNs);
        out_ << "]}";
        return true;
    }

    const Timeline& timeline_;
    Output& out_;
    bool hasFrames_ = false;
    bool hasProfiles_ = false;
};

}  // namespace

void exportSpeedscope(const Timeline& timeline, Output& out) {
    Speedscope(timeline, out).run();
}

}  // namespace raddle::trace
