#include "trace/answers/observed.h"

#include <algorithm>

#include "core/model/fingerprint.h"
#include "core/support/text.h"
#include "trace/answers/words.h"
#include "trace/timeline/sites.h"
#include "trace/timeline/story.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

std::string lockName(const Timeline& timeline, LockId id) {
    const Lock* lock = lookup(timeline.locks, id);
    return lock ? lock->name : "a lock";
}

FindingThread threadStory(const Timeline& timeline, ThreadId id, StackId stack, const std::string& role) {
    const Thread& thread = timeline.threads[id.index()];
    FindingThread story;
    story.id = thread.name + " (" + std::to_string(thread.tid) + ")";
    story.spawnedAt = siteOf(timeline, thread.createdAt).at;
    story.stack = storyOf(timeline, stack);
    if (!story.stack.empty()) story.stack.back().role = role;
    return story;
}

// The parts that do not depend on how the circle came to be known.
Finding circleOf(const std::vector<std::string>& names, Evidence evidence) {
    Finding finding;
    bool self = names.size() == 1;
    finding.rule = self ? "deadlock-self" : "deadlock-lock-order";
    finding.property = Property::deadlock;
    finding.evidence = evidence;
    finding.severity = Severity::error;
    finding.cwe = self ? 764 : 833;
    std::vector<std::string> parts = names;
    std::sort(parts.begin(), parts.end());
    finding.fingerprint = fingerprint(finding.rule, parts);
    return finding;
}

void add(Finding& finding, FindingThread story) {
    if (!story.stack.empty()) finding.locations.push_back(story.stack.back());
    finding.threads.push_back(std::move(story));
}

Finding deadlockOf(const Timeline& timeline, const Deadlock& circle) {
    std::vector<std::string> names;
    for (const DeadlockStep& step : circle) names.push_back(lockName(timeline, step.lock));
    Finding finding = circleOf(names, Evidence::confirmed);
    for (size_t i = 0; i < circle.size(); ++i) {
        const DeadlockStep& step = circle[i];
        const Thread& waiter = timeline.threads[step.thread.index()];
        const Thread& holder = timeline.threads[circle[(i + 1) % circle.size()].thread.index()];
        FindingThread story = threadStory(timeline, step.thread, step.waitsAt, "waits for `" + names[i] + "`");
        for (const Hold& hold : waiter.holds)
            if (!hold.finished) story.locksHeld.push_back(lockName(timeline, hold.lock));
        int64_t since = waiter.waits.empty() ? timeline.durationNs : waiter.waits.back().beginNs;
        finding.why.push_back(waiter.name + " waited " + humanTime(timeline.durationNs - since) + " for `" + names[i] +
                              "`, held by " + (circle.size() == 1 ? "itself" : holder.name) +
                              ", until the recording ended");
        add(finding, std::move(story));
    }
    finding.message = circle.size() == 1 ? "A thread waits for " + listed(names) + ", which it already holds"
                                         : std::to_string(circle.size()) +
                                               " threads wait for each other in a circle over " + listed(names);
    return finding;
}

Finding inversionOf(const Timeline& timeline, const Inversion& circle) {
    std::vector<std::string> names;
    for (const LockOrderStep& step : circle) names.push_back(lockName(timeline, step.held));
    Finding finding = circleOf(names, Evidence::predicted);
    for (const LockOrderStep& step : circle) {
        std::string held = lockName(timeline, step.held), wanted = lockName(timeline, step.wanted);
        FindingThread story =
            threadStory(timeline, step.thread, step.wantedAt, "takes `" + wanted + "` holding `" + held + "`");
        story.locksHeld.push_back(held);
        finding.why.push_back(timeline.threads[step.thread.index()].name + " took `" + wanted + "` holding `" + held +
                              "` at " + humanTime(step.atNs) + " of the recording");
        add(finding, std::move(story));
    }
    finding.why.push_back(
        "no other lock was held by all of them, and starting and joining threads does not keep them apart");
    finding.message = "Locks " + listed(names) + " are taken in opposite orders by " + std::to_string(circle.size()) +
                      " threads, which can block each other for ever";
    return finding;
}

}  // namespace

bool isOfLocks(const Deadlock& circle) {
    return std::all_of(circle.begin(), circle.end(), [](const DeadlockStep& s) { return s.lock.valid(); });
}

std::vector<Finding> deadlockFindings(const Timeline& timeline, const std::vector<Deadlock>& deadlocks) {
    std::vector<Finding> findings;
    for (const Deadlock& circle : deadlocks)
        if (isOfLocks(circle)) findings.push_back(deadlockOf(timeline, circle));
    return findings;
}

std::vector<Finding> inversionFindings(const Timeline& timeline, const std::vector<Inversion>& inversions) {
    std::vector<Finding> findings;
    for (const Inversion& circle : inversions) findings.push_back(inversionOf(timeline, circle));
    return findings;
}

}  // namespace raddle::trace
