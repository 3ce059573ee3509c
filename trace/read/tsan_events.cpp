#include "trace/read/tsan_events.h"

#include <algorithm>

namespace raddle::trace {
namespace {

uint32_t threadNumber(uint64_t number) {
    return static_cast<uint32_t>(std::min<uint64_t>(number, RawTsanEvent::kNoThread));
}

// The thread that had a kernel id in an image at a time.
ThreadId byTid(const Survey& survey, uint32_t image, int64_t tid, int64_t atNs) {
    const SurveyedThread* found = nullptr;
    for (const SurveyedThread& thread : survey.threads) {
        if (thread.image != image || thread.tid != tid || thread.beginNs > atNs) continue;
        if (!found || thread.beginNs > found->beginNs) found = &thread;
    }
    return found ? found->id : ThreadId{};
}

ThreadId resolve(const Survey& survey, const RawTsanEvent& report, uint32_t number) {
    constexpr uint32_t kMain = 0;
    if (number == RawTsanEvent::kNoThread) return {};
    for (const RawTsanEvent::Numbered& thread : report.threads)
        if (thread.number == number) return byTid(survey, report.image, thread.tid, report.event.atNs);
    if (number != kMain) return {};
    return byTid(survey, report.image, survey.images[report.image].pid, report.event.atNs);
}

// The lock that was at an address of an image at a time: the last that was used there before.
LockId lockAt(const RawObjects& locks, uint32_t image, uint64_t address, int64_t atNs) {
    LockId found;
    int64_t foundNs = -1;
    for (uint32_t i = 0; i < locks.all().size(); ++i) {
        const RawObject& lock = locks.all()[i];
        if (lock.image != image || lock.address != address || lock.firstNs > atNs || lock.firstNs < foundNs) continue;
        found = LockId{i};
        foundNs = lock.firstNs;
    }
    return found;
}

}  // namespace

void takeTsanEvent(const Event& event, const SurveyedThread& thread, int64_t atNs, RawStacks& stacks,
                   std::vector<RawTsanEvent>& reports) {
    if (event.op == kRaddleTsanReport) {
        RawTsanEvent& report = reports.emplace_back();
        report.image = thread.image;
        report.serial = thread.serial;
        report.event.thread = thread.id;
        report.event.atNs = atNs;
        report.event.kind = event.strings[0];
        report.event.count = event.numbers[0];
        return;
    }
    if (reports.empty() || reports.back().serial != thread.serial) return;
    RawTsanEvent& report = reports.back();
    const StackId stack = stacks.intern(thread.image, event.frames, atNs);
    const auto& numbers = event.numbers;
    switch (event.op) {
        case kRaddleTsanThread:
            report.threads.push_back({threadNumber(numbers[0]), static_cast<int64_t>(numbers[1] & 0x7fffffff)});
            report.event.threads.push_back({{}, stack});
            return;
        case kRaddleTsanMutex:
            report.event.mutexes.push_back({numbers[0], numbers[1], {}, stack});
            return;
        case kRaddleTsanPlace:
            report.placeThreads.push_back(threadNumber(numbers[2]));
            report.event.places.push_back({std::string(event.strings[0]), "", numbers[0], numbers[1], {}, stack});
            return;
        case kRaddleTsanAccess:
            report.accessThreads.push_back(threadNumber(numbers[0]));
            report.event.accesses.push_back({{},
                                             (numbers[1] & kRaddleTsanWrite) != 0,
                                             (numbers[1] & kRaddleTsanAtomic) != 0,
                                             numbers[2],
                                             numbers[3],
                                             stack});
            return;
        default:
            report.event.stacks.push_back(stack);
    }
}

void resolveTsanEvents(const Survey& survey, const RawObjects& locks, std::vector<RawTsanEvent> reports,
                       Timeline& timeline) {
    for (RawTsanEvent& report : reports) {
        TsanEvent& event = report.event;
        event.process = survey.images[report.image].process;
        for (size_t i = 0; i < event.threads.size(); ++i)
            event.threads[i].thread = resolve(survey, report, report.threads[i].number);
        for (size_t i = 0; i < event.accesses.size(); ++i)
            event.accesses[i].thread = resolve(survey, report, report.accessThreads[i]);
        for (size_t i = 0; i < event.places.size(); ++i)
            event.places[i].thread = resolve(survey, report, report.placeThreads[i]);
        for (TsanEvent::Mutex& mutex : event.mutexes)
            mutex.lock = lockAt(locks, report.image, mutex.address, event.atNs);
        timeline.tsan.push_back(std::move(event));
    }
    std::sort(timeline.tsan.begin(), timeline.tsan.end(), [](const TsanEvent& a, const TsanEvent& b) {
        return a.atNs != b.atNs ? a.atNs < b.atNs : a.thread < b.thread;
    });
}

}  // namespace raddle::trace
