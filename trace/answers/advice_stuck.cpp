#include <algorithm>

#include "trace/answers/advice.h"
#include "trace/answers/words.h"
#include "trace/tables/tsan_findings.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr size_t kMostLines = 3;

const Wait& waitOf(const Timeline& timeline, const StuckThread& stuck) {
    return timeline.threads[stuck.wait.thread.index()].waits[stuck.wait.index];
}

std::string lineOf(const Timeline& timeline, const StuckThread& stuck) {
    const Wait& wait = waitOf(timeline, stuck);
    std::string line = threadWords(timeline, stuck.wait.thread) + " waits " + humanTime(wait.endNs - wait.beginNs);
    if (std::string place = placeWords(timeline, wait.stack); !place.empty()) line += " in " + place;
    if (wait.kind == WaitKind::join) return line + " for " + threadWords(timeline, stuck.holder) + " to end";
    if (wait.kind != WaitKind::lock) return line + " for " + objectWords(timeline, wait.object);
    line += " for " + lockWords(timeline, wait.lock);
    return stuck.holder.valid() ? line + ", held by " + threadWords(timeline, stuck.holder) : line;
}

std::string lineOf(const Timeline& timeline, const Deadlock& steps, size_t i) {
    const DeadlockStep& step = steps[i];
    ThreadId next = steps[(i + 1) % steps.size()].thread;
    std::string line = threadWords(timeline, step.thread) + " waits";
    if (std::string place = placeWords(timeline, step.waitsAt); !place.empty()) line += " in " + place;
    if (!step.lock.valid()) return line + " for " + threadWords(timeline, next) + " to end";
    line += " for " + lockWords(timeline, step.lock);
    if (steps.size() > 1) line += ", held by " + threadWords(timeline, next);
    if (std::string place = placeWords(timeline, step.heldSince); !place.empty()) line += " since " + place;
    return line;
}

Answer deadlockAnswer(const Timeline& timeline, const Deadlock& steps, size_t index) {
    Answer a{Weight::stuck, Topic::deadlock, 1};
    a.head = steps.size() == 1 ? "Deadlock: " + threadWords(timeline, steps[0].thread) + " waits for " +
                                     lockWords(timeline, steps[0].lock) + ", which it holds itself"
                               : "Deadlock: " + plural(steps.size(), "thread", "threads") + " wait for each other";
    for (size_t i = 0; i < steps.size(); ++i) {
        a.detail += (i ? "; " : "") + lineOf(timeline, steps, i);
        a.threads.push_back(steps[i].thread);
    }
    a.detail += ".";
    std::sort(a.threads.begin(), a.threads.end());
    a.lock = steps[0].lock;
    a.deadlock = index;
    return a;
}

}  // namespace

namespace {

// Takes them out of those that are stuck.
void adviseOnParked(const Case& of, std::vector<StuckThread>& stuck, std::vector<Answer>& out) {
    std::vector<ThreadId> parked;
    ThreadId holder;
    std::erase_if(stuck, [&](const StuckThread& s) {
        if (!isParked(of.timeline, s)) return false;
        parked.push_back(s.wait.thread);
        holder = s.holder;
        return true;
    });
    if (parked.empty()) return;
    Answer a{Weight::notable, Topic::stuck, 0.1};
    a.head = plural(parked.size(), "thread does", "threads do") + " nothing all the time: held back by a lock of " +
             threadWords(of.timeline, holder);
    a.detail = "Workers in reserve, first `" + of.timeline.threads[parked[0].index()].name +
               "`; nothing is lost by that unless they were wanted.";
    a.threads = std::move(parked);
    std::sort(a.threads.begin(), a.threads.end());
    out.push_back(std::move(a));
}

}  // namespace

void adviseOnReports(const Case& of, std::vector<Answer>& out) {
    if (of.timeline.tsan.empty()) return;
    // Not the summary's, to which what the recording itself shows is added.
    std::vector<std::string> notes;
    const std::vector<Finding> findings = tsanFindings(of.timeline, notes);
    if (findings.empty()) return;
    Answer a{Weight::stuck, Topic::reported, 0.8};
    a.head = "ThreadSanitizer reported " + plural(findings.size(), "error", "errors") + ": " + findings[0].message;
    if (!findings[0].locations.empty()) {
        const SourceLocation& at = findings[0].locations[0].at;
        a.detail = "At " + at.file.substr(at.file.rfind('/') + 1) + ":" + std::to_string(at.line) + ". ";
    }
    a.detail += findings.size() == 1 ? "It is" : "All of them are";
    a.detail += " under Findings, with stacks and the locks that were held.";
    out.push_back(std::move(a));
}

void adviseOnStuckThreads(const Case& of, std::vector<Answer>& out) {
    const Timeline& timeline = of.timeline;
    std::vector<StuckThread> stuck = stuckThreads(timeline);
    for (size_t i = 0; i < of.summary.deadlocks.size(); ++i) {
        Answer a = deadlockAnswer(timeline, of.summary.deadlocks[i], i);
        for (const StuckThread& s : stuck)
            if (s.wait.thread == of.summary.deadlocks[i][0].thread) a.wait = s.wait;
        out.push_back(std::move(a));
    }
    std::erase_if(stuck, [&](const StuckThread& s) {
        const Wait& wait = waitOf(timeline, s);
        bool isInCircle = std::any_of(out.begin(), out.end(), [&](const Answer& a) {
            return std::binary_search(a.threads.begin(), a.threads.end(), s.wait.thread);
        });
        return isInCircle || wait.kind == WaitKind::sleep || wait.kind == WaitKind::io ||
               wait.endNs - wait.beginNs < timeline.durationNs / 20;
    });
    const bool isFirst = out.empty();
    adviseOnParked(of, stuck, out);
    if (stuck.empty()) return;
    // Behind a deadlock, or in a program that was ended from outside, waiting is no wonder.
    bool isWonder = isFirst && std::any_of(stuck.begin(), stuck.end(), [&](const StuckThread& s) {
                        return waitOf(timeline, s).kind == WaitKind::lock;
                    });
    Answer a{isWonder ? Weight::stuck : Weight::notable, Topic::stuck, 0.9};
    a.head = stuck.size() == 1 ? threadWords(timeline, stuck[0].wait.thread) + " was"
                               : plural(stuck.size(), "thread was", "threads were");
    a.head += " still waiting when the recording ended";
    for (size_t i = 0; i < std::min(stuck.size(), kMostLines); ++i)
        a.detail += (i ? "; " : "") + lineOf(timeline, stuck[i]);
    if (stuck.size() > kMostLines) a.detail += "; and " + humanCount(stuck.size() - kMostLines) + " more";
    a.detail += ".";
    a.wait = stuck[0].wait;
    a.lock = waitOf(timeline, stuck[0]).lock;
    out.push_back(std::move(a));
}

}  // namespace raddle::trace
