#include "trace/tables/summary.h"

#include <algorithm>
#include <future>

#include "core/support/share_out.h"
#include "trace/tables/blame.h"
#include "trace/tables/call_tree.h"
#include "trace/tables/function_times.h"
#include "trace/tables/tsan_findings.h"
#include "trace/tables/wakers.h"
#include "trace/timeline/grow.h"
#include "trace/timeline/stretches.h"

namespace raddle::trace {
namespace {

struct Range {
    int64_t beginNs;
    int64_t endNs;
    const std::atomic<bool>* cancelled = nullptr;

    bool isCancelled() const { return cancelled && *cancelled; }
    bool has(int64_t atNs) const { return atNs >= beginNs && atNs < endNs; }
    int64_t clippedNs(int64_t begin, int64_t end) const {
        return std::max<int64_t>(0, std::min(end, endNs) - std::max(begin, beginNs));
    }
};

template <class Id, class T>
bool isIn(Id id, const std::vector<T>& table) {
    return id.valid() && id.index() < table.size();
}

std::vector<ThreadRow> threadRows(const Timeline& timeline, Range range, bool isWhole) {
    std::vector<ThreadRow> rows;
    for (uint32_t i = 0; i < timeline.threads.size(); ++i) {
        const Thread& thread = timeline.threads[i];
        if (range.isCancelled()) break;
        ThreadRow row{ThreadId{i}};
        row.lifeNs = range.clippedNs(thread.beginNs, thread.endNs);
        if (isWhole) row.cpuNs = thread.cpuNs;
        for (const Wait& wait : thread.waits)
            grow(wait.kind == WaitKind::lock ? row.lockWaitNs
                 : wait.kind == WaitKind::io ? row.ioWaitNs
                                             : row.otherWaitNs,
                 range.clippedNs(wait.beginNs, wait.endNs));
        rows.push_back(row);
    }
    return rows;
}

struct LockUse {
    Stretches waited;  // all waits for it, in the range
    std::vector<HeldStretch> holds;
    std::vector<WaitedStretch> waits;
};

void addWait(const Wait& wait, Range range, LockRow& row, LockUse& use) {
    int64_t ns = range.clippedNs(wait.beginNs, wait.endNs);
    if (ns == 0) return;
    grow(row.waitNs, ns);
    row.maxWaitNs = std::max(row.maxWaitNs, ns);
    use.waits.push_back(
        {wait.blocker, wait.blockerStack, std::max(wait.beginNs, range.beginNs), std::min(wait.endNs, range.endNs)});
    use.waited.add(use.waits.back().beginNs, use.waits.back().endNs);
}

void addHold(const Hold& hold, ThreadId thread, Range range, LockRow& row, LockUse& use) {
    int64_t ns = range.clippedNs(hold.beginNs, hold.endNs);
    grow(row.holdNs, ns);
    row.maxHoldNs = std::max(row.maxHoldNs, ns);
    if (ns > 0 && !use.waited.empty() && use.waited.touches(hold.beginNs, hold.endNs))
        use.holds.push_back(
            {thread, hold.stack, std::max(hold.beginNs, range.beginNs), std::min(hold.endNs, range.endNs)});
    if (!range.has(hold.beginNs) || hold.retaken || hold.beginUnknown) return;
    ++row.acquisitions;
    if (hold.contended) ++row.contended;
}

// Lock by lock, on two processors.
void blameAll(const Timeline& timeline, Range range, std::vector<LockRow>& rows, std::vector<LockUse>& uses) {
    shareOut(rows.size(), [&](size_t i) {
        if (LockUse& use = uses[i]; !use.waits.empty() && !range.isCancelled())
            rows[i].blame = blame(timeline, std::move(use.holds), std::move(use.waits));
    });
}

std::vector<LockRow> lockRows(const Timeline& timeline, Range range, bool isWhole) {
    std::vector<LockRow> rows(timeline.locks.size());
    std::vector<LockUse> uses(timeline.locks.size());
    for (uint32_t i = 0; i < rows.size(); ++i) rows[i].lock = LockId{i};
    for (const Thread& thread : timeline.threads) {
        if (range.isCancelled()) return rows;
        for (const Wait& wait : thread.waits)
            if (wait.kind == WaitKind::lock && isIn(wait.lock, rows))
                addWait(wait, range, rows[wait.lock.index()], uses[wait.lock.index()]);
    }
    for (LockUse& use : uses) use.waited.join();
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        if (range.isCancelled()) return rows;
        for (const Hold& hold : timeline.threads[t].holds)
            if (isIn(hold.lock, rows))
                addHold(hold, ThreadId{t}, range, rows[hold.lock.index()], uses[hold.lock.index()]);
    }
    blameAll(timeline, range, rows, uses);
    for (LockRow& row : rows) {
        if (!isWhole) continue;
        row.acquisitions = timeline.locks[row.lock.index()].acquisitions;
        row.contended = timeline.locks[row.lock.index()].contended;
        row.countedOnly = timeline.locks[row.lock.index()].countedOnly;
        row.estimatedHoldNs = timeline.locks[row.lock.index()].estimatedHoldNs;
        grow(row.holdNs, row.estimatedHoldNs);
    }
    std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) {
        if (a.waitNs != b.waitNs) return a.waitNs > b.waitNs;
        if (a.holdNs != b.holdNs) return a.holdNs > b.holdNs;
        return a.acquisitions != b.acquisitions ? a.acquisitions > b.acquisitions : a.lock < b.lock;
    });
    return rows;
}

std::vector<ObjectRow> objectRows(const Timeline& timeline, Range range, bool isWhole) {
    std::vector<ObjectRow> rows(timeline.objects.size());
    for (uint32_t i = 0; i < rows.size(); ++i) rows[i].object = ObjectId{i};
    for (const Thread& thread : timeline.threads) {
        if (range.isCancelled()) return rows;
        for (const Wait& wait : thread.waits) {
            if (!isIn(wait.object, rows)) continue;
            ObjectRow& row = rows[wait.object.index()];
            int64_t ns = range.clippedNs(wait.beginNs, wait.endNs);
            grow(row.waitNs, ns);
            row.maxWaitNs = std::max(row.maxWaitNs, ns);
            if (!range.has(wait.beginNs)) continue;
            ++row.waits;
            ++row.contended;
        }
        for (const Signal& signal : thread.signals)
            if (isIn(signal.object, rows) && range.has(signal.atNs)) ++rows[signal.object.index()].signals;
    }
    if (range.isCancelled()) return rows;
    addWakers(timeline, range.beginNs, range.endNs, rows);
    if (isWhole)
        for (ObjectRow& row : rows) {
            row.waits = timeline.objects[row.object.index()].waits;
            row.signals = timeline.objects[row.object.index()].signals;
        }
    std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) {
        if (a.waitNs != b.waitNs) return a.waitNs > b.waitNs;
        return a.waits != b.waits ? a.waits > b.waits : a.object < b.object;
    });
    return rows;
}

Summary summarizeRange(const Timeline& timeline, Range range, bool isWhole) {
    Summary summary;
    if (isWhole) {
        summary.deadlocks = findDeadlocks(timeline);
        summary.sampled = functionsOf(sampledTrees(timeline));
        summary.findings = tsanFindings(timeline, summary.findingNotes);
    }
    // About half of the work.
    auto locks = std::async(std::launch::async, [&] { return lockRows(timeline, range, isWhole); });
    summary.threads = threadRows(timeline, range, isWhole);
    summary.objects = objectRows(timeline, range, isWhole);
    summary.functions = functionTimes(timeline, range.beginNs, range.endNs, {}, range.cancelled);
    summary.locks = locks.get();
    return summary;
}

}  // namespace

Summary summarize(const Timeline& timeline) {
    return summarizeRange(timeline, {INT64_MIN / 4, INT64_MAX / 4}, true);
}

Summary summarize(const Timeline& timeline, int64_t beginNs, int64_t endNs, const std::atomic<bool>* cancelled) {
    return summarizeRange(timeline, {beginNs, endNs, cancelled}, false);
}

}  // namespace raddle::trace
