#include "trace/read/counted_locks.h"

#include <algorithm>
#include <cstring>

#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

// The lock that a thread stepped down; of one whose StepDown is not there (the file was cut, or goes round), the
// last that its address was.
LockId lockOf(Draft& draft, const SurveyedThread& thread, uint64_t address) {
    auto stepped = draft.steppedDown.find({thread.serial, address});
    if (stepped != draft.steppedDown.end()) return stepped->second.lock;
    Survey::Incarnation last = draft.survey.incarnation(thread.image, address, draft.timeline.durationNs);
    uint32_t index = draft.locks.intern(thread.image, address, last.number, kRaddleMutex);
    if (index == draft.timeline.locks.size())
        draft.timeline.locks.push_back({"", LockKind::mutex, draft.survey.images[thread.image].process, address});
    return LockId{index};
}

// True when the row is not a lock's but a semaphore's or a condition variable's, or the signals of one.
bool addObjectRow(Draft& draft, const SurveyedThread& thread, const RaddleLockCount& row) {
    const bool isSignals = row.object & 1;
    auto stepped = draft.steppedDown.find({thread.serial, row.object & ~uint64_t{1}});
    if (stepped == draft.steppedDown.end() || !stepped->second.object.valid()) return isSignals;
    Object& object = draft.timeline.objects[stepped->second.object.index()];
    uint64_t only = row.acquisitions - std::min<uint64_t>(row.acquisitions, row.written);
    (isSignals ? object.signals : object.waits) += only;
    (isSignals ? object.countedSignals : object.countedWaits) += only;
    return true;
}

void addRow(Draft& draft, const SurveyedThread& thread, const RaddleLockCount& row) {
    if (addObjectRow(draft, thread, row)) return;
    LockId id = lockOf(draft, thread, row.object);
    Lock& lock = draft.timeline.locks[id.index()];
    uint64_t only = row.acquisitions - std::min<uint64_t>(row.acquisitions, row.written);
    lock.acquisitions += only;
    lock.countedOnly += only;
    lock.failedTries += row.failedTries;
    auto stepped = draft.steppedDown.find({thread.serial, row.object});
    if (stepped == draft.steppedDown.end() || stepped->second.samples.isEmpty()) return;
    double meanNs = stepped->second.samples.meanNs();
    // Holds shorter than what writing them takes look longer than they are.
    const Thread& holder = draft.timeline.threads[thread.id.index()];
    double mostNs = static_cast<double>(holder.endNs - holder.beginNs);
    lock.estimatedHoldNs += static_cast<int64_t>(std::min(mostNs, meanNs * static_cast<double>(only)));
}

// Of thousandths: "5%", "0.5%".
std::string percentText(uint32_t thousandths) {
    std::string text = std::to_string(thousandths / 10);
    if (thousandths % 10) text += "." + std::to_string(thousandths % 10);
    return text + "%";
}

struct OtherWait {
    int64_t beginNs;
    int64_t endNs;
    ThreadId thread;
};

struct LockTimes {
    std::vector<OtherWait> waits;  // by begin
    std::vector<int64_t> ends;     // of holds; sorted
};

int64_t beginOf(const LockTimes& times, int64_t endNs, ThreadId holder) {
    // Waits that began long before are over, but for those who starve.
    constexpr int kLookedAt = 256;
    auto wait = std::partition_point(times.waits.begin(), times.waits.end(),
                                     [&](const OtherWait& w) { return w.beginNs < endNs; });
    int64_t begin = endNs;
    for (int i = 0; i < kLookedAt && wait != times.waits.begin(); ++i) {
        --wait;
        if (wait->endNs >= endNs && wait->thread != holder) begin = wait->beginNs;
    }
    auto last = std::lower_bound(times.ends.begin(), times.ends.end(), endNs);
    return last == times.ends.begin() ? begin : std::max(begin, *std::prev(last));
}

}  // namespace

void addLockCounts(RecordingFile& file, Draft& draft) {
    for (const ChunkRef& chunk : file.lockCounts()) {
        const SurveyedThread* thread = draft.survey.bySerial(chunk.header.thread);
        std::string_view rows = file.events(chunk);
        if (!thread || rows.size() != kRaddleCountRows * sizeof(RaddleLockCount)) continue;
        for (size_t i = 0; i < kRaddleCountRows; ++i) {
            RaddleLockCount row;
            std::memcpy(&row, rows.data() + i * sizeof row, sizeof row);
            if (row.object != 0) addRow(draft, *thread, row);
        }
    }
    uint64_t locks = 0, acquisitions = 0;
    uint64_t objects = 0, operations = 0;
    for (const Object& object : draft.timeline.objects) {
        objects += object.countedWaits + object.countedSignals > 0;
        operations += object.countedWaits + object.countedSignals;
    }
    if (objects > 0)
        draft.timeline.notes.push_back(
            humanCount(operations) + " operations on " + humanCount(objects) +
            (objects == 1 ? " semaphore or condition variable" : " semaphores and condition variables") +
            " that neither waited nor woke anybody were "
            "counted only, to stay within "
            "the budget of " +
            percentText(file.header().budget) + " (--exact records all)");
    for (const Lock& lock : draft.timeline.locks) {
        locks += lock.countedOnly > 0;
        acquisitions += lock.countedOnly;
    }
    if (locks == 0) return;
    draft.timeline.notes.push_back(
        humanCount(acquisitions) + " acquisitions of " + humanCount(locks) + (locks == 1 ? " lock" : " locks") +
        " were counted only, to stay within the budget of " + percentText(file.header().budget) +
        ": counts and waits are exact, holds marked ~ are estimated (--exact records all)");
}

void placeBegins(Timeline& timeline) {
    std::vector<LockTimes> all(timeline.locks.size());
    bool isNeeded = false;
    for (uint32_t t = 0; t < timeline.threads.size(); ++t) {
        for (const Hold& hold : timeline.threads[t].holds) {
            isNeeded |= hold.beginUnknown;
            all[hold.lock.index()].ends.push_back(hold.endNs);
        }
        for (const Wait& wait : timeline.threads[t].waits)
            if (wait.kind == WaitKind::lock && wait.lock.valid())
                all[wait.lock.index()].waits.push_back({wait.beginNs, wait.endNs, ThreadId{t}});
    }
    if (!isNeeded) return;
    for (LockTimes& times : all) {
        std::sort(times.ends.begin(), times.ends.end());
        std::sort(times.waits.begin(), times.waits.end(), [](auto& a, auto& b) { return a.beginNs < b.beginNs; });
    }
    for (uint32_t t = 0; t < timeline.threads.size(); ++t)
        for (Hold& hold : timeline.threads[t].holds)
            if (hold.beginUnknown) hold.beginNs = beginOf(all[hold.lock.index()], hold.endNs, ThreadId{t});
}

}  // namespace raddle::trace
