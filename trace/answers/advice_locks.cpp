#include <algorithm>
#include <map>
#include <set>

#include "trace/answers/advice.h"
#include "trace/answers/lock_families.h"
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

// What is said of a family's locks at once.
struct FamilyRow {
    std::vector<LockId> locks;  // the worst first
    const LockRow* worst = nullptr;
    uint64_t acquisitions = 0, contended = 0;
    int64_t waitNs = 0, maxWaitNs = 0, pathNs = 0;
};

// Most waited for first, of locks that were waited for.
std::vector<FamilyRow> waitedFor(const Case& of, const std::set<LockId>& told) {
    std::map<LockId, FamilyRow> families;
    for (const LockRow& row : of.summary.locks) {
        if (row.waitNs <= 0) break;  // sorted
        if (told.contains(row.lock)) continue;
        FamilyRow& family = families[of.families[row.lock.index()]];
        family.locks.push_back(row.lock);
        if (!family.worst) family.worst = &row;
        family.acquisitions += row.acquisitions;
        family.contended += row.contended;
        family.waitNs += row.waitNs;
        family.maxWaitNs = std::max(family.maxWaitNs, row.maxWaitNs);
        if (const PathLock* path = onPath(of.analysis, row.lock)) family.pathNs += path->heldNs + path->wokenNs;
    }
    std::vector<FamilyRow> rows;
    for (auto& [first, family] : families) rows.push_back(std::move(family));
    std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) {
        return std::pair(-a.waitNs, a.worst->lock) < std::pair(-b.waitNs, b.worst->lock);
    });
    return rows;
}

std::string whatIfWords(const Case& of, LockId lock) {
    for (const WhatIf& what : of.analysis.whatIfs.locks)
        if (what.lock == lock && of.shareOfRun(what.free.ns) >= kWorthSaying)
            return " Without it the run would be " + savingWords(of, what.free) + " shorter, held half as long " +
                   savingWords(of, what.halfHeld) + " (estimated).";
    return "";
}

void adviseOnContention(const Case& of, const std::set<LockId>& told, std::vector<Answer>& out) {
    size_t said = 0;
    for (const FamilyRow& row : waitedFor(of, told)) {
        double cost = std::min(1.0, of.share(row.waitNs));
        if (cost < kWorthSaying || said == kMostLocks) break;
        ++said;
        const LockRow& worst = *row.worst;
        const bool isOne = row.locks.size() == 1;
        Answer a{weightOf(cost), Topic::lockContention, cost};
        a.lock = worst.lock;
        a.head = shareWords(cost) + " of busy thread time waits for " + familyWords(of.timeline, row.locks);
        if (!worst.blame.empty() && worst.blame[0].thread.valid())
            if (std::string place = placeWords(of.timeline, worst.blame[0].function, worst.blame[0].at); !place.empty())
                a.head += ", mostly held by " + place;
        double contended =
            row.acquisitions ? static_cast<double>(row.contended) / static_cast<double>(row.acquisitions) : 0;
        a.detail = humanCount(row.contended) + " of " + humanCount(row.acquisitions) + " acquisitions had to wait (" +
                   shareWords(contended) + "), " + humanTime(row.waitNs) + " in all, the longest " +
                   humanTime(row.maxWaitNs) + ".";
        if (!isOne)
            a.detail += " Most for " + lockWords(of.timeline, worst.lock) + ", " + humanTime(worst.waitNs) + ".";
        // Several of them can be held at a time.
        if (double share = std::min(1.0, of.shareOfRun(row.pathNs)); share >= kWorthSaying)
            a.detail += std::string(isOne ? " Holding it and handing it over make up "
                                          : " Holding them and handing them over make up ") +
                        shareWords(share) + " of the critical path.";
        if (isOne) a.detail += whatIfWords(of, worst.lock);
        out.push_back(std::move(a));
    }
}

struct Behind {
    std::map<LockId, int64_t> locks;  // how long others stood before each
    int64_t ns = 0;
    const CauseRow* most = nullptr;

    std::vector<LockId> members() const {
        std::vector<LockId> list;
        for (const auto& [lock, waitNs] : locks) list.push_back(lock);
        return list;
    }
};

const char* whatHolderDoes(CauseKind kind, bool isOne) {
    if (kind == CauseKind::sleeping) return isOne ? "sleeps" : "sleep";
    if (kind == CauseKind::io) return isOne ? "stands in input or output" : "stand in input or output";
    if (kind == CauseKind::waiting) return isOne ? "waits itself" : "wait themselves";
    return isOne ? "waits for another lock, " : "wait for another lock, ";
}

// A lock held by a thread that stands still is held for nothing.
void adviseOnWaitingHolders(const Case& of, const std::set<LockId>& told, std::vector<Answer>& out) {
    std::map<LockId, Behind> families;
    for (const CauseRow& row : of.analysis.causes.rows) {
        bool standsStill = row.kind == CauseKind::sleeping || row.kind == CauseKind::io ||
                           row.kind == CauseKind::waiting || row.through.valid();
        if (!row.lock.valid() || !standsStill || row.kind == CauseKind::circle || told.contains(row.lock)) continue;
        Behind& sum = families[of.families[row.lock.index()]];
        sum.locks[row.lock] += row.waitNs;
        sum.ns += row.waitNs;
        if (!sum.most) sum.most = &row;  // the rows are sorted
    }
    for (const auto& [first, sum] : families) {
        double cost = std::min(1.0, of.share(sum.ns));
        if (cost < kWorthSaying) continue;
        const CauseRow& row = *sum.most;
        const bool isOne = sum.locks.size() == 1;
        Answer a{weightOf(cost), Topic::heldWhileWaiting, cost * 0.95};
        a.lock = row.lock;
        a.head = familyWords(of.timeline, sum.members()) +
                 (isOne ? " is held by a thread that " : " are held by threads that ") +
                 whatHolderDoes(row.kind, isOne);
        const bool isBehindAnother = std::string_view(whatHolderDoes(row.kind, true)).ends_with(' ');
        if (isBehindAnother) a.head += lockWords(of.timeline, row.through);
        if (std::string place = placeWords(of.timeline, row.function, row.at); !place.empty())
            a.head += (row.through.valid() && row.kind == CauseKind::running ? ", held by " : ", in ") + place;
        a.detail =
            std::string("Others stood behind ") + (isOne ? "it" : "them") + " for " + humanTime(sum.ns) + " meanwhile" +
            (isOne ? ""
                   : ", behind " + lockWords(of.timeline, row.lock) + " for " + humanTime(sum.locks.at(row.lock))) +
            ". Release " + (isOne ? "it" : "them") + " before waiting.";
        out.push_back(std::move(a));
    }
}

void adviseOnConvoys(const Case& of, std::vector<Answer>& out) {
    struct Sum {
        std::set<LockId> locks;
        Convoy all;  // of them, by the lock of the worst
    };
    std::map<LockId, Sum> families;
    for (const Convoy& convoy : of.analysis.convoys) {  // most waiting first
        Sum& sum = families[of.families[convoy.lock.index()]];
        if (sum.locks.empty()) sum.all.lock = convoy.lock;
        sum.locks.insert(convoy.lock);
        sum.all.handovers += convoy.handovers;
        sum.all.handOverNs += convoy.handOverNs;
        sum.all.heldNs += convoy.heldNs;
    }
    for (const auto& [first, sum] : families) {
        const Convoy& all = sum.all;
        double lost = of.shareOfRun(all.handOverNs);
        double idle = static_cast<double>(all.handOverNs) /
                      static_cast<double>(std::max<int64_t>(1, all.handOverNs + all.heldNs));
        // A queue before a lock that is really held all the time is contention, which is said already.
        if (lost < 0.02 || idle < 0.2) continue;
        Answer a{Weight::notable, Topic::convoy, std::min(1.0, lost)};
        a.lock = all.lock;
        a.head = "Threads queue up before " + familyWords(of.timeline, {sum.locks.begin(), sum.locks.end()}) +
                 " and pay a wake-up for each turn";
        a.detail = humanCount(all.handovers) + " handovers in queues that did not empty; for " + shareWords(idle) +
                   " of their time (" + humanTime(all.handOverNs) +
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
        // Woken, it may just have got no processor.
        const int64_t queuedNs = of.timeline.threads[row.thread.index()].queuedNs;
        if (queuedNs >= row.waitNs / 2)
            a.detail += " But it also stood in the queue for a processor, for " + humanTime(queuedNs) +
                        " in all: on an idle machine it may wait less.";
        out.push_back(std::move(a));
        return;  // the worst says it
    }
}

void adviseOnUpkeep(const Case& of, std::vector<Answer>& out) {
    struct Sum {
        std::vector<LockId> locks;  // the worst first
        Upkeep all;
    };
    std::map<LockId, Sum> families;
    for (const Upkeep& row : of.analysis.upkeep) {
        Sum& sum = families[of.families[row.lock.index()]];
        sum.locks.push_back(row.lock);
        sum.all.uncontended += row.uncontended;
        sum.all.moves += row.moves;
        sum.all.lowNs += row.lowNs;
        sum.all.highNs += row.highNs;
    }
    const auto most = std::max_element(families.begin(), families.end(),
                                       [](auto& a, auto& b) { return a.second.all.lowNs < b.second.all.lowNs; });
    if (most == families.end()) return;
    const auto& [locks, all] = most->second;
    const double low = std::min(1.0, of.share(all.lowNs)), high = std::min(1.0, of.share(all.highNs));
    if (low < 0.02) return;
    const bool isOne = locks.size() == 1;
    Answer a{Weight::notable, Topic::lockUpkeep, std::min(1.0, (low + high) / 2)};
    a.lock = locks[0];
    a.head = "Taking " + familyWords(of.timeline, locks) + " costs " + shareWords(low) + " to " + shareWords(high) +
             " of busy thread time though nobody is in the way";
    a.detail = humanCount(all.uncontended) + " acquisitions without a wait, " + humanCount(all.moves) +
               " of them after another thread's (estimated). Take " + (isOne ? "it" : "them") +
               " less often, or once for many items.";
    out.push_back(std::move(a));
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
}

}  // namespace raddle::trace
