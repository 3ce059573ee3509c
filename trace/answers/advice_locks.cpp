#include <algorithm>
#include <map>
#include <set>

#include "trace/answers/advice.h"
#include "trace/answers/stuck.h"
#include "trace/answers/words.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

constexpr double kWorthSaying = 0.01, kCostly = 0.05;
constexpr size_t kMostLocks = 3;

Weight weightOf(double cost) {
    return cost >= kCostly ? Weight::costly : Weight::notable;
}

const PathLock* onPath(const Analysis& analysis, LockId lock) {
    for (const PathLock& row : analysis.path.locks)
        if (row.lock == lock) return &row;
    return nullptr;
}

std::string savingWords(const Case& of, const Saving& saving) {
    double low = of.shareOfRun(std::max<int64_t>(0, saving.lowNs)),
           high = of.shareOfRun(std::max<int64_t>(0, saving.highNs));
    std::string from = shareWords(low), to = shareWords(high);
    return from == to ? "about " + to : from + " to " + to;
}

void adviseOnContention(const Case& of, const std::set<LockId>& told, std::vector<Answer>& out) {
    size_t said = 0;
    for (const LockRow& row : of.summary.locks) {
        double cost = std::min(1.0, of.share(row.waitNs));
        if (cost < kWorthSaying || said == kMostLocks) break;
        if (told.contains(row.lock)) continue;
        ++said;
        Answer a{weightOf(cost), Topic::lockContention, cost};
        a.lock = row.lock;
        a.head = shareWords(cost) + " of busy thread time waits for " + lockWords(of.timeline, row.lock);
        if (!row.blame.empty() && row.blame[0].thread.valid())
            if (std::string place = placeWords(of.timeline, row.blame[0].function, row.blame[0].at); !place.empty())
                a.head += ", mostly held by " + place;
        double contended =
            row.acquisitions ? static_cast<double>(row.contended) / static_cast<double>(row.acquisitions) : 0;
        a.detail = humanCount(row.contended) + " of " + humanCount(row.acquisitions) + " acquisitions had to wait (" +
                   shareWords(contended) + "), " + humanTime(row.waitNs) + " in all, the longest " +
                   humanTime(row.maxWaitNs) + ".";
        const PathLock* path = onPath(of.analysis, row.lock);
        if (double share = path ? of.shareOfRun(path->heldNs + path->wokenNs) : 0; share >= kWorthSaying)
            a.detail += " Holding it and handing it over make up " + shareWords(share) + " of the critical path.";
        for (const WhatIf& what : of.analysis.whatIfs.locks)
            if (what.lock == row.lock && of.shareOfRun(what.free.ns) >= kWorthSaying)
                a.detail += " Without it the run would be " + savingWords(of, what.free) +
                            " shorter, held half as long " + savingWords(of, what.halfHeld) + " (estimated).";
        out.push_back(std::move(a));
    }
}

struct Behind {
    int64_t ns = 0;
    const CauseRow* most = nullptr;
};

// A lock held by a thread that stands still is held for nothing.
void adviseOnWaitingHolders(const Case& of, const std::set<LockId>& told, std::vector<Answer>& out) {
    std::map<LockId, Behind> byLock;
    for (const CauseRow& row : of.analysis.causes.rows) {
        bool standsStill = row.kind == CauseKind::sleeping || row.kind == CauseKind::io ||
                           row.kind == CauseKind::waiting || row.through.valid();
        if (!row.lock.valid() || !standsStill || row.kind == CauseKind::circle) continue;
        Behind& sum = byLock[row.lock];
        sum.ns += row.waitNs;
        if (!sum.most) sum.most = &row;  // the rows are sorted
    }
    for (const auto& [lock, sum] : byLock) {
        double cost = std::min(1.0, of.share(sum.ns));
        if (cost < kWorthSaying || told.contains(lock)) continue;
        const CauseRow& row = *sum.most;
        Answer a{weightOf(cost), Topic::heldWhileWaiting, cost * 0.95};
        a.lock = lock;
        a.head = lockWords(of.timeline, lock) + " is held by a thread that ";
        a.head += row.kind == CauseKind::sleeping  ? "sleeps"
                  : row.kind == CauseKind::io      ? "stands in input or output"
                  : row.kind == CauseKind::waiting ? "waits itself"
                                                   : "waits for another lock, " + lockWords(of.timeline, row.through);
        if (std::string place = placeWords(of.timeline, row.function, row.at); !place.empty())
            a.head += (row.through.valid() && row.kind == CauseKind::running ? ", held by " : ", in ") + place;
        a.detail = "Others stood behind it for " + humanTime(sum.ns) + " meanwhile. Release it before waiting.";
        out.push_back(std::move(a));
    }
}

void adviseOnConvoys(const Case& of, std::vector<Answer>& out) {
    std::map<LockId, Convoy> byLock;
    for (const Convoy& convoy : of.analysis.convoys) {
        auto [it, isNew] = byLock.try_emplace(convoy.lock, convoy);
        if (isNew) continue;
        it->second.handovers += convoy.handovers;
        it->second.waitNs += convoy.waitNs;
        it->second.handOverNs += convoy.handOverNs;
        it->second.heldNs += convoy.heldNs;
    }
    for (const auto& [lock, sum] : byLock) {
        double lost = of.shareOfRun(sum.handOverNs);
        double idle = static_cast<double>(sum.handOverNs) /
                      static_cast<double>(std::max<int64_t>(1, sum.handOverNs + sum.heldNs));
        // A queue before a lock that is really held all the time is contention, which is said already.
        if (lost < 0.02 || idle < 0.2) continue;
        Answer a{Weight::notable, Topic::convoy, std::min(1.0, lost)};
        a.lock = lock;
        a.head = "Threads queue up before " + lockWords(of.timeline, lock) + " and pay a wake-up for each turn";
        a.detail = humanCount(sum.handovers) + " handovers in queues that did not empty; for " + shareWords(idle) +
                   " of their time (" + humanTime(sum.handOverNs) +
                   ") nobody had the lock. Hold it less often, for more at once, or not across the hot loop.";
        out.push_back(std::move(a));
    }
}

void adviseOnStarvation(const Case& of, std::vector<Answer>& out) {
    for (const Starvation& row : of.analysis.starvation) {
        double cost = of.shareOfRun(row.waitNs);
        if (cost < kWorthSaying) return;
        Answer a{Weight::notable, Topic::starvation, std::min(1.0, 0.5 * cost)};
        a.lock = row.lock;
        a.wait = WaitRef{row.thread, row.wait};
        a.threads = {row.thread};
        a.head = threadWords(of.timeline, row.thread) + " starves: others took " + lockWords(of.timeline, row.lock) +
                 " " + humanCount(row.overtaken) + " times while it waited " + humanTime(row.waitNs);
        a.detail = "It was overtaken by " + plural(row.overtakenBy, "thread", "threads") +
                   ". The lock goes to who comes first after a release; leave time between release and the next "
                   "acquisition, or use a fair lock.";
        out.push_back(std::move(a));
        return;  // the worst says it
    }
}

void adviseOnUpkeep(const Case& of, std::vector<Answer>& out) {
    for (const Upkeep& row : of.analysis.upkeep) {
        double low = of.share(row.lowNs), high = of.share(row.highNs);
        if (low < 0.02) return;
        Answer a{Weight::notable, Topic::lockUpkeep, std::min(1.0, (low + high) / 2)};
        a.lock = row.lock;
        a.head = "Taking " + lockWords(of.timeline, row.lock) + " costs " + shareWords(low) + " to " +
                 shareWords(high) + " of busy thread time though nobody is in the way";
        a.detail = humanCount(row.uncontended) + " acquisitions without a wait, " + humanCount(row.moves) +
                   " of them after another thread's (estimated). Take it less often, or once for many items.";
        out.push_back(std::move(a));
        return;
    }
}

void adviseOnOrder(const Case& of, std::vector<Answer>& out) {
    const std::vector<Inversion>& inversions = of.analysis.order.inversions;
    for (size_t i = 0; i < inversions.size() && i < kMostLocks; ++i) {
        const Inversion& steps = inversions[i];
        std::set<LockId> locks;
        for (const LockOrderStep& step : steps) locks.insert(step.held);
        // What did happen is told as a deadlock.
        bool happened = std::any_of(of.summary.deadlocks.begin(), of.summary.deadlocks.end(), [&](auto& deadlock) {
            std::set<LockId> stuck;
            for (const DeadlockStep& step : deadlock) stuck.insert(step.lock);
            return stuck == locks;
        });
        if (happened) continue;
        Answer a{Weight::costly, Topic::lockOrder, 0.5};
        a.inversion = i;
        a.lock = steps[0].wanted;
        a.head = "Possible deadlock: " + plural(steps.size(), "thread takes", "threads take") + " ";
        size_t n = 0;
        for (LockId lock : locks)
            a.head += (n++ == 0 ? "" : n == locks.size() ? " and " : ", ") + lockWords(of.timeline, lock);
        a.head += steps.size() == 2 ? " in opposite orders" : " in orders that form a circle";
        for (const LockOrderStep& step : steps) {
            a.threads.push_back(step.thread);
            a.detail += (a.detail.empty() ? "" : "; ") + threadWords(of.timeline, step.thread) + " takes " +
                        lockWords(of.timeline, step.wanted);
            if (std::string place = placeWords(of.timeline, step.wantedAt); !place.empty()) a.detail += " in " + place;
            a.detail += " holding " + lockWords(of.timeline, step.held);
        }
        a.detail += ". It did not happen in this run.";
        std::sort(a.threads.begin(), a.threads.end());
        out.push_back(std::move(a));
    }
}

}  // namespace

void adviseOnLocks(const Case& of, std::vector<Answer>& out) {
    std::set<LockId> told;
    for (const Answer& a : out)
        if (a.weight == Weight::stuck && a.lock.valid()) told.insert(a.lock);
    for (const Deadlock& steps : of.summary.deadlocks)
        for (const DeadlockStep& step : steps) told.insert(step.lock);
    for (const StuckThread& stuck : stuckThreads(of.timeline))
        if (isParked(of.timeline, stuck))
            told.insert(of.timeline.threads[stuck.wait.thread.index()].waits[stuck.wait.index].lock);
    adviseOnContention(of, told, out);
    adviseOnWaitingHolders(of, told, out);
    adviseOnConvoys(of, out);
    adviseOnStarvation(of, out);
    adviseOnUpkeep(of, out);
    adviseOnOrder(of, out);
}

}  // namespace raddle::trace
