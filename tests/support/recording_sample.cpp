#include "tests/support/recording_sample.h"

#include <stdexcept>

#include "trace/exports/exports.h"
#include "trace/read/reader.h"
#include "trace/report/report.h"
#include "trace/tables/summary.h"

namespace raddle::test {
namespace {

void defineSlots(ChunkWriter& chunk) {
    for (int kind = kRaddleMutex; kind <= kRaddleBarrier; ++kind)
        chunk.define(kRaddleDefineSite, kind, kind, 0x5000 + 64 * kind, Frames{0x401234, 0x401200});
    chunk.define(kRaddleDefineFunction, 1, 0x401300).define(kRaddleDefineFunction, 2, 0x401400);
    chunk.define(kRaddleDefineStack, 1, Frames{0x401234, 0x401100, 0x7f0000001000});
}

void lockEvents(ChunkWriter& chunk, int64_t at) {
    chunk.event(kRaddleObjectInit, at, kRaddleMutex);
    chunk.event(kRaddleAcquire, at + 1, kRaddleMutex).event(kRaddleRelease | RADDLE_SAME_SITE, at + 5);
    chunk.event(kRaddleAcquire, at + 6, kRaddleRecursiveMutex).event(kRaddleAcquire | RADDLE_SAME_SITE, at + 7);
    chunk.event(kRaddleAcquireShared, at + 8, kRaddleRwLock).event(kRaddleRelease | RADDLE_SAME_SITE, at + 9);
    chunk.event(kRaddleTryFailed, at + 10, kRaddleSpinLock, 16);
    chunk.event(kRaddleAcquireTried, at + 10, kRaddleSpinLock).event(kRaddleRelease, at + 10, kRaddleSpinLock);
    chunk.event(kRaddleLockWait, at + 11, kRaddleMutex, 1).event(kRaddleWaitEnd, at + 15, 0);
    chunk.event(kRaddleConditionWait, at + 16, kRaddleCondition, kRaddleMutex, 1).event(kRaddleWaitEnd, at + 25, 0);
    chunk.event(kRaddleRelease, at + 26, kRaddleMutex).event(kRaddleObjectDestroy | RADDLE_SAME_SITE, at + 27);
    chunk.event(kRaddleLockWaitShared, at + 28, kRaddleRwLock, 1).event(kRaddleWaitEnd, at + 29, 110);
}

void objectEvents(ChunkWriter& chunk, int64_t at) {
    chunk.event(kRaddleConditionSignal, at, kRaddleCondition)
        .event(kRaddleConditionBroadcast, at + 1, kRaddleCondition);
    chunk.event(kRaddleSemaphorePost, at + 2, kRaddleSemaphore)
        .event(kRaddleSemaphoreAcquire, at + 3, kRaddleSemaphore);
    chunk.event(kRaddleSemaphoreWait, at + 4, kRaddleSemaphore, 1).event(kRaddleWaitEnd, at + 9, 0);
    chunk.event(kRaddleBarrierWait, at + 10, kRaddleBarrier, 1).event(kRaddleWaitEnd, at + 12, 0);
    chunk.event(kRaddleSleep, at + 13, 1000, 1).event(kRaddleWaitEnd, at + 14, 4);
}

void callEvents(ChunkWriter& chunk, int64_t at) {
    chunk.event(kRaddleEnter, at, 1).event(kRaddleEnter, at + 1, 2).event(kRaddleEnter, at + 2, 1);
    chunk.event(kRaddleUnwind, at + 3, 2).event(kRaddleExit, at + 4).event(kRaddleDropped, at + 5, 3);
}

// Sized events: the number behind the time is the length of what follows.
void sizedEvents(ChunkWriter& chunk, int64_t at) {
    chunk.event(kRaddleSample, at, 8, 2, Frames{0x401310, 0x401234});
    chunk.event(kRaddleRegionBegin, at, 4, kRaddleRegionParallel, 0x4013).event(kRaddleRegionEnd, at + 1, 0);
    chunk.event(kRaddleNote, at + 1, 3, "ab").event(0x7f, at + 1, 2, 1, 2);
    chunk.event(kRaddleTsanReport, at + 2, 11, "data-race", 1);
    chunk.event(kRaddleTsanThread, at + 2, 6, 1, 101, 0, "w", Frames{});
    chunk.event(kRaddleTsanMutex, at + 2, 6, 1, 0x5040, 0, Frames{});
    chunk.event(kRaddleTsanPlace, at + 2, 11, "heap", 0x9000, 8, 0, Frames{});
    chunk.event(kRaddleTsanAccess, at + 2, 11, 1, kRaddleTsanWrite, 0x9000, 4, Frames{0x401310});
    chunk.event(kRaddleTsanAccess, at + 2, 11, 0, 0, 0x9000, 4, Frames{0x401234})
        .event(kRaddleTsanStack, at + 2, 1, Frames{});
}

}  // namespace

RecordingWriter sampleRecording() {
    RecordingWriter recording;
    ChunkWriter& main = recording.chunk(1, 1, 100, 100);
    main.event(kRaddleImageStart, 0, kRaddleStartedByExec, 100, 1, 0, 0, "/bin/prog", "/", Strings{"prog", "-x"});
    main.event(kRaddleThreadStart, 1, 100, 0, 0, 0x7100);
    main.event(kRaddleModule, 2, 0x400000, 0x401000, 0x402000, "\x01\x02", "/nonexistent/prog");
    defineSlots(main);
    main.event(kRaddleThreadCreate, 5, 2, 0x401300, 1).event(kRaddleThreadName, 6, 0x7101, "worker");
    lockEvents(main, 10);
    main.event(kRaddleFork, 50, 200).event(kRaddleThreadCreateFailed, 51, 3, 11);
    ChunkWriter& more = recording.chunk(1, 1, 100, 100);
    defineSlots(more);
    callEvents(more, 60);
    sizedEvents(more, 66);
    more.event(kRaddleJoinWait, 70, 0x7101, 1).event(kRaddleWaitEnd, 80, 0);
    more.event(kRaddleModuleGone, 85, 0x401000).event(kRaddleThreadExit, 90, 1234).event(kRaddleImageEnd, 91, 0);
    ChunkWriter& worker = recording.chunk(1, 2, 100, 101);
    worker.event(kRaddleThreadStart, 8, 101, 1, 0x401300, 0x7101);
    defineSlots(worker);
    objectEvents(worker, 12);
    lockEvents(worker, 30);
    worker.event(kRaddleThreadDetach, 75, 0x7101).event(kRaddleThreadExit, 79, 99);
    ChunkWriter& child = recording.chunk(2, 3, 200, 200);
    child.event(kRaddleImageStart, 52, kRaddleStartedByFork, 200, 100, 1, 1, "", "", Strings{});
    child.event(kRaddleThreadStart, 53, 200, 1, 0, 0x7100);
    defineSlots(child);
    callEvents(child, 60);
    child.event(kRaddleLockWait, 70, kRaddleMutex, 1);
    recording.end(100);
    return recording;
}

namespace {

using namespace trace;

template <class Id, class T>
bool isSound(Id id, const std::vector<T>& table) {
    return !id.valid() || id.index() < table.size();
}

template <class T>
bool isOrdered(const List<T>& list) {
    for (size_t i = 0; i < list.size(); ++i)
        if (list[i].beginNs > list[i].endNs || (i > 0 && list[i - 1].beginNs > list[i].beginNs)) return false;
    return true;
}

std::string whatIsUnsound(const Timeline& timeline, const Thread& thread) {
    if (!isSound(thread.process, timeline.processes) || !thread.process.valid()) return "a thread's process";
    if (!isSound(thread.creator, timeline.threads) || !isSound(thread.createdAt, timeline.stacks) ||
        !isSound(thread.entry, timeline.functions))
        return "a thread's creation";
    if (thread.beginNs > thread.endNs) return "a thread's times";
    if (!isOrdered(thread.waits) || !isOrdered(thread.holds) || !isOrdered(thread.calls)) return "the order of a list";
    for (const Wait& wait : thread.waits)
        if (!isSound(wait.lock, timeline.locks) || !isSound(wait.object, timeline.objects) ||
            !isSound(wait.blocker, timeline.threads) || !isSound(wait.stack, timeline.stacks) ||
            !isSound(wait.blockerStack, timeline.stacks))
            return "a wait";
    for (const Hold& hold : thread.holds)
        if (!hold.lock.valid() || !isSound(hold.lock, timeline.locks) || !isSound(hold.stack, timeline.stacks))
            return "a hold";
    for (const Signal& signal : thread.signals)
        if (!signal.object.valid() || !isSound(signal.object, timeline.objects)) return "a signal";
    for (size_t i = 0; i < thread.calls.size(); ++i) {
        const Call& call = thread.calls[i];
        if (!isSound(call.function, timeline.functions) || call.endNs > thread.endNs) return "a call";
        if (call.depth > (i == 0 ? 0 : thread.calls[i - 1].depth + 1)) return "a call's depth";
    }
    return "";
}

}  // namespace

std::string whatIsUnsound(const Timeline& timeline) {
    for (const Thread& thread : timeline.threads)
        if (std::string what = whatIsUnsound(timeline, thread); !what.empty()) return what;
    for (const Process& process : timeline.processes)
        if (!isSound(process.parent, timeline.processes) || process.beginNs > process.endNs) return "a process";
    for (const Stack& stack : timeline.stacks)
        for (const Frame& frame : stack.frames)
            if (!frame.function.valid() || !isSound(frame.function, timeline.functions)) return "a stack";
    for (const Lock& lock : timeline.locks)
        if (lock.name.empty() || !lock.process.valid()) return "a lock";
    return "";
}

bool readAndReport(const std::string& bytes) {
    MemoryFile file(bytes);
    Result<trace::Timeline> timeline = trace::readRecording(file.path());
    if (!timeline) return false;
    if (std::string what = whatIsUnsound(*timeline); !what.empty()) throw std::runtime_error("unsound: " + what);
    trace::Summary all = trace::summarize(*timeline);
    trace::Analysis analysis = trace::analyse(*timeline);
    trace::toText(*timeline, all, analysis);
    trace::toJson(*timeline, all, analysis);
    // All formats in turn.
    constexpr trace::ExportFormat kFormats[] = {trace::ExportFormat::chrome,    trace::ExportFormat::speedscope,
                                                trace::ExportFormat::firefox,   trace::ExportFormat::folded,
                                                trace::ExportFormat::callgrind, trace::ExportFormat::csv,
                                                trace::ExportFormat::html};
    trace::ExportFormat format = kFormats[std::hash<std::string>()(bytes) % std::size(kFormats)];
    if (!exportTo(format, *timeline, [](std::string_view) { return true; }, {}))
        throw std::runtime_error("cannot export");
    trace::summarize(*timeline, timeline->durationNs / 3, timeline->durationNs / 2);
    return true;
}

}  // namespace raddle::test
