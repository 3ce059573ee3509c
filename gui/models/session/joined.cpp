#include "gui/models/session/joined.h"

#include <algorithm>
#include <set>

#include "core/model/merge.h"
#include "gui/models/base/format.h"
#include "gui/models/recording/timeline_index.h"

namespace raddle::gui {
namespace {

using trace::Timeline;

// The functions that a recording shows to have run, by short name.
class Seen {
  public:
    explicit Seen(const Timeline& timeline) : functions_(timeline.functions.size()) {
        std::vector<bool> stacks(timeline.stacks.size());
        auto stack = [&](trace::StackId id) {
            if (id.index() < stacks.size()) stacks[id.index()] = true;
        };
        for (const trace::Thread& thread : timeline.threads) {
            for (const trace::Wait& wait : thread.waits) stack(wait.stack);
            for (const trace::Hold& hold : thread.holds) stack(hold.stack);
            for (const trace::Sample& sample : thread.samples) stack(sample.stack);
            for (const trace::Call& call : thread.calls) mark(call.function);
            if (thread.entry.valid()) mark(thread.entry);
            complete_ = complete_ || !thread.calls.empty();
        }
        for (size_t s = 0; s < stacks.size(); ++s)
            if (stacks[s])
                for (const trace::Frame& frame : timeline.stacks[s].frames) mark(frame.function);
        for (size_t f = 0; f < functions_.size(); ++f)
            if (functions_[f]) names_.insert(shortFunction(timeline.functions[f].name).toStdString());
    }

    bool ran(const std::string& function) const { return names_.contains(shortFunction(function).toStdString()); }
    bool complete() const { return complete_; }  // what was not seen did not run

  private:
    void mark(trace::FunctionId id) {
        if (id.index() < functions_.size()) functions_[id.index()] = true;
    }

    std::vector<bool> functions_;
    std::set<std::string> names_;
    bool complete_ = false;
};

// The functions a finding is about: those of its stories' last steps, else of its places.
std::set<std::string> functionsOf(const Finding& finding) {
    std::set<std::string> names;
    for (const FindingThread& thread : finding.threads)
        if (!thread.stack.empty() && !thread.stack.back().function.empty()) names.insert(thread.stack.back().function);
    if (names.empty())
        for (const FindingLocation& location : finding.locations)
            if (!location.function.empty()) names.insert(location.function);
    return names;
}

Joined joinedOf(const Finding& finding, const std::vector<Finding>& findings, size_t scanned, const Seen& seen) {
    Joined best = Joined::none;
    for (size_t i = scanned; i < findings.size(); ++i) {
        if (!namesSameCode(finding, findings[i])) continue;
        if (findings[i].evidence == Evidence::confirmed) return Joined::confirmed;
        best = Joined::predicted;
    }
    if (best == Joined::predicted) return best;
    std::set<std::string> functions = functionsOf(finding);
    bool all = !functions.empty() &&
               std::all_of(functions.begin(), functions.end(), [&](const std::string& f) { return seen.ran(f); });
    if (all) return Joined::exercised;
    return seen.complete() && !functions.empty() ? Joined::notExercised : Joined::unknown;
}

}  // namespace

const char* joinedName(Joined joined) {
    switch (joined) {
        case Joined::none:
            return "";
        case Joined::confirmed:
            return "confirmed by the run";
        case Joined::predicted:
            return "the run shows it can happen";
        case Joined::exercised:
            return "exercised, did not happen";
        case Joined::notExercised:
            return "not exercised by the run";
        case Joined::unknown:
            return "not known to have run";
    }
    return "";
}

std::vector<Joined> joinFindings(const Timeline& timeline, const std::vector<Finding>& findings, size_t scanned) {
    std::vector<Joined> out(findings.size(), Joined::none);
    if (timeline.threads.empty() || scanned == 0) return out;
    Seen seen(timeline);
    for (size_t i = 0; i < scanned; ++i) out[i] = joinedOf(findings[i], findings, scanned, seen);
    return out;
}

}  // namespace raddle::gui
