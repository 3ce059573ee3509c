#include "trace/read/reader.h"

#include <algorithm>
#include <cstring>
#include <ctime>

#include "trace/file/clock.h"
#include "trace/file/recording_file.h"
#include "trace/read/blockers.h"
#include "trace/read/counted_calls.h"
#include "trace/read/counted_locks.h"
#include "trace/read/fork_holders.h"
#include "trace/read/naming.h"
#include "trace/read/python_gil.h"
#include "trace/read/semaphore_locks.h"
#include "trace/read/survey.h"
#include "trace/read/thread_track.h"
#include "trace/symbols/symbols.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

std::string counted(uint64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

// Of a command that still runs, up to now: a thread that is stuck records nothing.
int64_t durationOf(const RecordingFile& file, const TickClock& clock, const Survey& survey) {
    const RaddleFileHeader& header = file.header();
    int64_t endNs = header.endTicks > header.startTicks ? clock.toNs(header.endTicks) : 0;
    timespec now;
    if (file.isLive() && ::clock_gettime(CLOCK_MONOTONIC, &now) == 0) {
        uint64_t nowNs = static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
        if (nowNs > header.startMonotonicNs) endNs = static_cast<int64_t>(nowNs - header.startMonotonicNs);
    }
    // Threads finish what they were in the middle of when the recorder was taken off.
    return header.endKind == kRaddleDetached ? endNs : std::max(endNs, survey.lastNs);
}

void addFacts(const RecordingFile& file, const TickClock& clock, const Survey& survey, Timeline& timeline) {
    const RaddleFileHeader& header = file.header();
    timeline.startedAtUnixNs = static_cast<int64_t>(header.startRealtimeNs);
    timeline.durationNs = durationOf(file, clock, survey);
    timeline.droppedEvents = std::max<uint64_t>(header.droppedEvents, survey.lostEvents);
    timeline.tornBytes = file.tornBytes() + survey.cutBytes;
    bool isWhole = survey.missingChunks == 0 && survey.brokenChunks == 0 && file.missingBytes() == 0;
    bool isEnded = (header.endKind == kRaddleExited && header.liveProcesses == 0) || header.endKind == kRaddleDetached;
    timeline.processors = header.processors;
    timeline.isLive = file.isLive();
    timeline.isTail = header.keepMs != 0;
    timeline.complete = isEnded && timeline.droppedEvents == 0 && isWhole;
    timeline.processes = survey.processes;
    for (Process& process : timeline.processes)
        process.endNs = std::max(process.beginNs, process.endNs < 0 ? timeline.durationNs : process.endNs);
    if (!timeline.processes.empty()) timeline.command = timeline.processes.front().command;
}

void addNotes(const RecordingFile& file, const TickClock& clock, const Survey& survey, const Draft& draft,
              Timeline& timeline) {
    const RaddleFileHeader& header = file.header();
    std::vector<std::string>& notes = timeline.notes;
    if (file.missingBytes())
        notes.push_back("the file was cut: its last " + counted(file.missingBytes(), "byte is", "bytes are") +
                        " missing");
    if (header.endKind == kRaddleSignalled) {
        const char* name = strsignal(static_cast<int>(header.endStatus & 0x7f));
        notes.push_back("the command was ended by signal " + std::to_string(header.endStatus & 0x7f) +
                        (name ? std::string(" (") + name + ")" : ""));
    }
    if (header.endKind == kRaddleDetached)
        notes.push_back(
            "a process that ran before and after: what its threads held or waited for at the begin is unknown");
    else if (header.liveProcesses)
        notes.push_back(counted(header.liveProcesses, "process", "processes") +
                        " of the command went on after it had ended");
    // Only a complete recording has no end because there was none.
    if (timeline.complete && survey.endless && header.endKind != kRaddleDetached)
        notes.push_back(counted(survey.endless, "process", "processes") + " did not exit but ended by a signal");
    if (header.keepMs)
        notes.push_back("only the last " + humanTime(int64_t{header.keepMs} * 1'000'000) +
                        " of each thread were kept, or somewhat more: counts and times are of those");
    if (file.isLive()) notes.push_back("the command is still running: this is its state now");
    if (header.stopped == kRaddleDiskFull) notes.push_back("the disk was full: recording stopped before the end");
    if (header.stopped == kRaddleFileLimit)
        notes.push_back("the file reached its size limit: recording stopped before the end");
    if (header.stopped == kRaddleIoError)
        notes.push_back("the file could not be written on: recording stopped before the end");
    if (header.stopped == kRaddleConfined)
        notes.push_back(
            "recording stopped where the program had forbidden itself system calls (seccomp) and the space "
            "kept for that was used up");
    if (survey.missingChunks)
        notes.push_back(counted(survey.missingChunks, "chunk is", "chunks are") +
                        " missing: events of some threads are not shown");
    if (survey.brokenChunks)
        notes.push_back(counted(survey.brokenChunks, "chunk has", "chunks have") +
                        " events that cannot be decoded; the rest of each was left out");
    if (draft.unknownSlots)
        notes.push_back(counted(draft.unknownSlots, "event names", "events name") +
                        " something that was never defined");
    if (!clock.isCalibrated())
        notes.push_back("the recording is too short to calibrate its clock: times are processor ticks");
}

// Threads as far as the survey knows them; their events come later.
void addThreads(const Survey& survey, Timeline& timeline) {
    timeline.threads.resize(survey.threadCount);
    for (const SurveyedThread& surveyed : survey.threads) {
        const Image& image = survey.images[surveyed.image];
        Thread& thread = timeline.threads[surveyed.id.index()];
        int64_t imageEndNs = image.endNs >= 0 ? image.endNs : timeline.durationNs;
        bool isNew = thread.tid == 0 && !thread.process.valid();
        thread.process = image.process;
        thread.tid = surveyed.tid;
        thread.beginNs = isNew ? surveyed.beginNs : std::min(thread.beginNs, surveyed.beginNs);
        thread.endNs = std::max({thread.endNs, thread.beginNs, surveyed.endNs >= 0 ? surveyed.endNs : imageEndNs});
        // The end of its process ends a thread; being replaced by exec does not end the one that called it.
        if (image.endNs >= 0 && !image.isReplaced) thread.exited = true;
        const SurveyedThread* creator = survey.bySerial(surveyed.creatorSerial);
        if (creator && creator->id != surveyed.id) thread.creator = creator->id;
    }
}

Result<> readThread(RecordingFile& file, const SurveyedThread& thread, Draft& draft, const ReadControl& control,
                    size_t& chunksRead) {
    const Image& image = draft.survey.images[thread.image];
    int64_t imageEndNs = image.endNs >= 0 ? image.endNs : draft.timeline.durationNs;
    bool goesOnPastEnd = thread.endNs < 0 || (image.isReplaced && thread.endNs > imageEndNs);
    int64_t endNs = goesOnPastEnd ? imageEndNs : thread.endNs;
    ThreadTrack track(draft, thread, endNs, imageEndNs);
    uint32_t nextSequence = 0;
    Event event;
    for (size_t i = 0; i < thread.chunkCount; ++i) {
        if (control.cancelled && *control.cancelled) return Error{"cancelled"};
        if (control.progress && ++chunksRead % 64 == 0)
            control.progress(0.3 + 0.4 * static_cast<double>(chunksRead) / static_cast<double>(file.chunks().size()));
        const ChunkRef& chunk = file.chunks()[thread.firstChunk + i];
        track.beginChunk(chunk.header.sequence != nextSequence || chunk.header.dropped > 0);
        nextSequence = chunk.header.sequence + 1;
        EventDecoder decoder(file.events(chunk), chunk.header.baseTicks);
        while (decoder.next(event)) track.take(event);
    }
    track.finish();
    return Unit{};
}

// So that what exec put in place of a program comes behind it in the lists of their thread.
std::vector<const SurveyedThread*> inOrderOfBegin(const Survey& survey) {
    std::vector<const SurveyedThread*> threads;
    for (const SurveyedThread& thread : survey.threads) threads.push_back(&thread);
    std::sort(threads.begin(), threads.end(), [](auto* a, auto* b) {
        return a->beginNs != b->beginNs ? a->beginNs < b->beginNs : a->serial < b->serial;
    });
    return threads;
}

void sortLists(Timeline& timeline) {
    for (Thread& thread : timeline.threads) {
        auto byBegin = [](auto& a, auto& b) { return a.beginNs < b.beginNs; };
        // Only ends that were lost can put anything out of order.
        if (!std::is_sorted(thread.waits.begin(), thread.waits.end(), byBegin))
            std::sort(thread.waits.begin(), thread.waits.end(), byBegin);
        if (!std::is_sorted(thread.holds.begin(), thread.holds.end(), byBegin))
            std::sort(thread.holds.begin(), thread.holds.end(), byBegin);
        auto byTime = [](const Signal& a, const Signal& b) { return a.atNs < b.atNs; };
        if (!std::is_sorted(thread.signals.begin(), thread.signals.end(), byTime))
            std::sort(thread.signals.begin(), thread.signals.end(), byTime);
    }
}

}  // namespace

Result<Timeline> readRecording(const std::string& path, const ReadControl& control) {
    RecordingFile file = TRY(RecordingFile::open(path, control));
    TickClock clock(file);
    Survey found = TRY(survey(file, clock, control));
    Draft draft{found, clock};
    addFacts(file, clock, found, draft.timeline);
    addThreads(found, draft.timeline);
    size_t chunksRead = 0;
    for (const SurveyedThread* thread : inOrderOfBegin(found))
        TRY(readThread(file, *thread, draft, control, chunksRead));
    addLockCounts(file, draft);
    addCallCounts(file, draft);
    placeBegins(draft.timeline);
    sortLists(draft.timeline);
    TRY(nameAll(draft, openSymbols, control));
    addPythonGil(draft.timeline);
    addSemaphoreLocks(draft.timeline, std::move(draft.semaphoreTakes));
    placeBegins(draft.timeline);
    sortLists(draft.timeline);
    assignBlockers(draft.timeline);
    blameHoldersAtFork(draft);
    resolveTsanEvents(found, draft.locks, std::move(draft.tsan), draft.timeline);
    addNotes(file, clock, found, draft, draft.timeline);
    if (control.progress) control.progress(1);
    return std::move(draft.timeline);
}

}  // namespace raddle::trace
