#include "gui/models/session/hang.h"

#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "trace/timeline/sites.h"

namespace raddle::gui {
namespace {

using trace::Timeline;
using trace::Wait;
using trace::WaitKind;

trace::ThreadId holderAtEnd(const Timeline& timeline, const Wait& wait) {
    if (wait.kind != WaitKind::lock) return wait.blocker;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (auto it = timeline.threads[t].holds.rbegin(); it != timeline.threads[t].holds.rend(); ++it)
            if (!it->finished && it->lock == wait.lock) return {t};
    return wait.blocker;
}

const Wait& waitOf(const Timeline& timeline, const StuckThread& stuck) {
    return timeline.threads[stuck.wait.thread.index()].waits[stuck.wait.index];
}

FindingThread threadStory(const Timeline& timeline, const StuckThread& stuck) {
    const trace::Thread& thread = timeline.threads[stuck.wait.thread.index()];
    const Wait& wait = waitOf(timeline, stuck);
    FindingThread story;
    story.id = thread.name + " (" + std::to_string(thread.tid) + ")";
    story.spawnedAt = trace::siteOf(timeline, thread.createdAt).at;
    for (const trace::Hold& hold : thread.holds)
        if (const trace::Lock* lock = lookup(timeline.locks, hold.lock); lock && !hold.finished)
            story.locksHeld.push_back(lock->name);
    const trace::Lock* wanted = lookup(timeline.locks, wait.lock);
    story.stack = storyOf(timeline, wait.stack);
    if (!story.stack.empty()) story.stack.back().role = "waits for `" + (wanted ? wanted->name : "?") + "`";
    return story;
}

Finding deadlockOf(const Timeline& timeline, const std::vector<StuckThread>& cycle) {
    Finding finding;
    bool self = cycle.size() == 1;
    finding.rule = self ? "deadlock-self" : "deadlock-lock-order";
    finding.property = Property::deadlock;
    finding.evidence = Evidence::confirmed;
    finding.severity = Severity::error;
    finding.cwe = self ? 764 : 833;
    std::string names;
    for (const StuckThread& stuck : cycle) {
        const Wait& wait = waitOf(timeline, stuck);
        const trace::Lock* lock = lookup(timeline.locks, wait.lock);
        std::string name = lock ? lock->name : "a lock";
        names += (names.empty() ? "`" : ", `") + name + "`";
        finding.fingerprint += finding.rule + ":" + name + ";";
        FindingThread story = threadStory(timeline, stuck);
        if (!story.stack.empty()) finding.locations.push_back(story.stack.back());
        const trace::Thread& waiter = timeline.threads[stuck.wait.thread.index()];
        const trace::Thread* holder = lookup(timeline.threads, stuck.holder);
        finding.why.push_back(waiter.name + " waited " + durationText(wait.endNs - wait.beginNs).toStdString() +
                              " for `" + name + "`, held by " +
                              (self     ? "itself"
                               : holder ? holder->name
                                        : "an unknown thread") +
                              ", until the recording ended");
        finding.threads.push_back(std::move(story));
    }
    finding.message = self ? "A thread waits for " + names + ", which it already holds"
                           : std::to_string(cycle.size()) + " threads wait for each other in a circle over " + names;
    return finding;
}

}  // namespace

std::vector<StuckThread> stuckThreads(const Timeline& timeline) {
    std::vector<StuckThread> stuck;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        const trace::Thread& thread = timeline.threads[t];
        if (thread.waits.empty() || thread.waits.back().finished) continue;
        const Wait& wait = thread.waits.back();
        // Workers that idle in a condition when main returns are how many programs end; a lock never is.
        if (timeline.complete && wait.kind != WaitKind::lock && wait.kind != WaitKind::join) continue;
        stuck.push_back({{{t}, static_cast<uint32_t>(thread.waits.size() - 1)}, holderAtEnd(timeline, wait)});
    }
    std::sort(stuck.begin(), stuck.end(), [&](const StuckThread& a, const StuckThread& b) {
        return std::pair(waitOf(timeline, a).beginNs, a.wait) < std::pair(waitOf(timeline, b).beginNs, b.wait);
    });
    return stuck;
}

std::vector<std::vector<StuckThread>> waitCycles(const Timeline& timeline, const std::vector<StuckThread>& stuck) {
    std::vector<size_t> next(timeline.threads.size(), SIZE_MAX);  // index into stuck of the thread's own wait
    for (size_t i = 0; i < stuck.size(); ++i) next[stuck[i].wait.thread.index()] = i;
    std::vector<std::vector<StuckThread>> cycles;
    std::vector<int> seenIn(stuck.size(), -1);
    for (size_t start = 0; start < stuck.size(); ++start) {
        size_t at = start;
        // Each thread waits for one holder, so following that either ends or meets its own trail.
        while (at != SIZE_MAX && seenIn[at] < 0) {
            seenIn[at] = static_cast<int>(start);
            bool known = stuck[at].holder.index() < next.size();
            at = known ? next[stuck[at].holder.index()] : SIZE_MAX;
        }
        if (at == SIZE_MAX || seenIn[at] != static_cast<int>(start)) continue;
        std::vector<StuckThread> cycle;
        size_t member = at;
        do {
            cycle.push_back(stuck[member]);
            member = next[stuck[member].holder.index()];
        } while (member != at);
        cycles.push_back(std::move(cycle));
    }
    return cycles;
}

std::vector<Finding> observedFindings(const Timeline& timeline) {
    std::vector<Finding> findings;
    for (const auto& cycle : waitCycles(timeline, stuckThreads(timeline))) {
        bool allLocks = std::all_of(cycle.begin(), cycle.end(),
                                    [&](const StuckThread& s) { return waitOf(timeline, s).kind == WaitKind::lock; });
        if (allLocks) findings.push_back(deadlockOf(timeline, cycle));
    }
    return findings;
}

}  // namespace raddle::gui
