#include "trace/read/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/recording_writer.h"
#include "trace/tables/summary.h"

namespace raddle::trace {
namespace {

using test::ChunkWriter;
using test::Frames;
using test::MemoryFile;
using test::RecordingWriter;
using test::Strings;
using testing::ElementsAre;
using testing::HasSubstr;

Result<Timeline> readBytes(const std::string& bytes) {
    MemoryFile file(bytes);
    return readRecording(file.path());
}

Timeline read(const RecordingWriter& recording) {
    Result<Timeline> timeline = readBytes(recording.bytes());
    if (!timeline) throw std::runtime_error(toString(timeline.error()));
    return *timeline;
}

// The first chunk of a process that was executed: image, thread and pid are the same number.
ChunkWriter& startProcess(RecordingWriter& recording, uint32_t serial, uint32_t pid, int64_t atNs, const Strings& argv,
                          uint32_t parentPid = 1) {
    ChunkWriter& chunk = recording.chunk(serial, serial, pid, pid);
    chunk.event(kRaddleImageStart, atNs, kRaddleStartedByExec, pid, parentPid, 0, 0, "/bin/" + argv[0], "/", argv);
    chunk.event(kRaddleThreadStart, atNs, pid, 0, 0, 0x7000 + pid);
    return chunk;
}

ChunkWriter& startThread(RecordingWriter& recording, uint32_t serial, uint32_t tid, int64_t atNs) {
    ChunkWriter& chunk = recording.chunk(1, serial, 100, tid);
    chunk.event(kRaddleThreadStart, atNs, tid, 1, 0xabc0, 0x7000 + tid);
    return chunk;
}

// Two threads contend for a mutex; the second then waits on a condition that the first signals.
RecordingWriter twoThreads() {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog", "-x"});
    main.define(kRaddleDefineStack, 0, Frames{0x1111, 0x2222});
    main.event(kRaddleThreadCreate, 10, 2, 0xabc0, 0);
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1234});
    main.event(kRaddleAcquire, 100, 0);
    main.event(kRaddleRelease | RADDLE_SAME_SITE, 200);
    main.define(kRaddleDefineSite, 1, kRaddleCondition, 0x6000, Frames{0x1300});
    main.event(kRaddleConditionSignal, 400, 1);
    main.event(kRaddleJoinWait, 500, 0x7000 + 101, 0);
    main.event(kRaddleWaitEnd, 600, 0);
    main.event(kRaddleThreadExit, 900, 12345);
    main.event(kRaddleImageEnd, 950, 0);
    ChunkWriter& worker = startThread(recording, 2, 101, 20);
    worker.define(kRaddleDefineSite, 3, kRaddleMutex, 0x5000, Frames{0x4444});
    worker.define(kRaddleDefineSite, 4, kRaddleCondition, 0x6000, Frames{0x4455});
    worker.define(kRaddleDefineStack, 7, Frames{0x4444, 0x4000});
    worker.event(kRaddleLockWait, 150, 3, 7);
    worker.event(kRaddleWaitEnd, 210, 0);
    worker.event(kRaddleConditionWait, 300, 4, 3, 7);
    worker.event(kRaddleWaitEnd, 450, 0);
    worker.event(kRaddleRelease, 480, 3);
    worker.event(kRaddleThreadExit, 590, 777);
    recording.end(1000);
    return recording;
}

TEST(Reader, BuildsHoldsWaitsAndBlockers) {
    Timeline timeline = read(twoThreads());
    EXPECT_TRUE(timeline.complete);
    EXPECT_EQ(timeline.command, "prog -x");
    EXPECT_EQ(timeline.durationNs, 1000);
    EXPECT_EQ(timeline.startedAtUnixNs, 1'700'000'000'000'000'000);
    EXPECT_EQ(timeline.events, 17u);
    EXPECT_EQ(timeline.tornBytes, 0u);
    EXPECT_THAT(timeline.notes, ElementsAre());
    ASSERT_EQ(timeline.processes.size(), 1u);
    EXPECT_EQ(timeline.processes[0].endNs, 950);
    ASSERT_EQ(timeline.threads.size(), 2u);
    const Thread& main = timeline.threads[0];
    const Thread& worker = timeline.threads[1];
    EXPECT_EQ(main.name, "main");
    EXPECT_EQ(main.cpuNs, 12345);
    EXPECT_EQ(main.endNs, 900);
    EXPECT_EQ(worker.name, "thread 1");
    EXPECT_EQ(worker.creator, ThreadId{0});
    EXPECT_LE(worker.createdNs, worker.beginNs);
    EXPECT_GE(worker.createdNs, 0);
    EXPECT_EQ(worker.beginNs, 20);
    EXPECT_EQ(worker.endNs, 590);
    EXPECT_TRUE(worker.exited);
    EXPECT_EQ(timeline.stacks[worker.createdAt.index()].frames.size(), 2u);
    EXPECT_EQ(timeline.functions[worker.entry.index()].name, "0xabc0");

    ASSERT_EQ(timeline.locks.size(), 1u);
    EXPECT_EQ(timeline.locks[0].acquisitions, 2u);
    EXPECT_EQ(timeline.locks[0].contended, 1u);
    EXPECT_EQ(timeline.locks[0].name, "mutex in 0x1234");
    ASSERT_EQ(main.holds.size(), 1u);
    EXPECT_EQ(main.holds[0], (Hold{LockId{0}, LockMode::exclusive, 100, 200, true, false, main.holds[0].stack}));
    ASSERT_EQ(worker.holds.size(), 2u);
    EXPECT_EQ(worker.holds[0].beginNs, 210);
    EXPECT_EQ(worker.holds[0].endNs, 300) << "a condition wait does not hold the mutex";
    EXPECT_TRUE(worker.holds[0].contended);
    EXPECT_EQ(worker.holds[1].beginNs, 450);
    EXPECT_EQ(worker.holds[1].endNs, 480);
    EXPECT_TRUE(worker.holds[1].retaken);

    ASSERT_EQ(worker.waits.size(), 2u);
    EXPECT_EQ(worker.waits[0].kind, WaitKind::lock);
    EXPECT_EQ(worker.waits[0].blocker, ThreadId{0});
    EXPECT_EQ(worker.waits[0].blockerStack, main.holds[0].stack);
    EXPECT_EQ(worker.waits[1].kind, WaitKind::condition);
    EXPECT_EQ(worker.waits[1].blocker, ThreadId{0});
    EXPECT_EQ(timeline.stacks[worker.waits[1].blockerStack.index()].frames[0].function,
              timeline.stacks[main.signals[0].stack.index()].frames[0].function);
    ASSERT_EQ(main.waits.size(), 1u);
    EXPECT_EQ(main.waits[0].kind, WaitKind::join);
    EXPECT_EQ(main.waits[0].blocker, ThreadId{1});
    ASSERT_EQ(timeline.objects.size(), 1u);
    EXPECT_EQ(timeline.objects[0].waits, 1u);
    EXPECT_EQ(timeline.objects[0].signals, 1u);
}

TEST(Reader, KnowsWhatWasGotByATry) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    main.define(kRaddleDefineSite, 1, kRaddleRwLock, 0x5100, Frames{0x2});
    main.event(kRaddleAcquire, 10, 0).event(kRaddleRelease, 20, 0);
    main.event(kRaddleAcquireTried, 30, 0).event(kRaddleRelease, 40, 0);
    main.event(kRaddleAcquireSharedTried, 50, 1).event(kRaddleRelease, 60, 1);
    recording.end(100);
    Timeline timeline = read(recording);
    const List<Hold>& holds = timeline.threads[0].holds;
    ASSERT_EQ(holds.size(), 3u);
    EXPECT_FALSE(holds[0].tried);
    EXPECT_TRUE(holds[1].tried);
    EXPECT_TRUE(holds[2].tried);
    EXPECT_EQ(holds[2].mode, LockMode::shared);
    EXPECT_EQ(timeline.locks[0].acquisitions, 2u);
}

TEST(Reader, CountsOnlySuccessfulLocksAndHoldsRecursionOnce) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleRecursiveMutex, 0x5000, Frames{0x1});
    main.define(kRaddleDefineSite, 1, kRaddleMutex, 0x5100, Frames{0x2});
    main.define(kRaddleDefineStack, 0, Frames{0x2});
    main.event(kRaddleAcquire, 10, 0).event(kRaddleAcquire | RADDLE_SAME_SITE, 20);
    main.event(kRaddleRelease, 30, 0).event(kRaddleRelease, 40, 0);
    main.event(kRaddleTryFailed, 50, 1, EBUSY);
    main.event(kRaddleLockWait, 60, 1, 0).event(kRaddleWaitEnd, 70, ETIMEDOUT);
    main.event(kRaddleLockWait, 80, 1, 0).event(kRaddleWaitEnd, 90, EOWNERDEAD);
    main.event(kRaddleLockWait, 95, 1, 0);
    recording.end(100, kRaddleSignalled, 9);
    Timeline timeline = read(recording);
    EXPECT_EQ(timeline.locks[0].kind, LockKind::recursiveMutex);
    EXPECT_EQ(timeline.locks[0].acquisitions, 2u);
    EXPECT_EQ(timeline.locks[1].acquisitions, 1u);
    EXPECT_EQ(timeline.locks[1].contended, 1u);
    EXPECT_EQ(timeline.locks[1].failedTries, 2u);
    const Thread& thread = timeline.threads[0];
    ASSERT_EQ(thread.holds.size(), 2u);
    EXPECT_EQ(thread.holds[0].endNs, 40);
    EXPECT_EQ(thread.holds[1].beginNs, 90);
    EXPECT_FALSE(thread.holds[1].finished);
    EXPECT_EQ(thread.holds[1].endNs, 100);
    ASSERT_EQ(thread.waits.size(), 3u);
    EXPECT_FALSE(thread.waits[0].succeeded);
    EXPECT_FALSE(thread.waits[2].finished);
    EXPECT_EQ(thread.waits[2].endNs, 100);
    EXPECT_EQ(thread.waits[2].blocker, ThreadId{0}) << "it waits for itself";
    EXPECT_FALSE(timeline.complete);
    EXPECT_THAT(timeline.notes, ElementsAre(HasSubstr("signal 9 (Killed)")));
}

TEST(Reader, SameSiteIsTheSiteNotTheSlot) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    main.event(kRaddleAcquire, 10, 0);
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x6000, Frames{0x2});
    main.event(kRaddleRelease | RADDLE_SAME_SITE, 20);
    main.event(kRaddleAcquire, 30, 0);
    main.event(kRaddleRelease | RADDLE_SAME_SITE, 40);
    recording.end(50);
    Timeline timeline = read(recording);
    ASSERT_EQ(timeline.locks.size(), 2u);
    EXPECT_EQ(timeline.locks[0].address, 0x5000u);
    EXPECT_EQ(timeline.threads[0].holds[0].endNs, 20);
    EXPECT_EQ(timeline.threads[0].holds[1].lock, LockId{1});
    EXPECT_EQ(timeline.threads[0].holds[1].endNs, 40);
}

TEST(Reader, AnInitialisedAddressIsANewObject) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    for (int64_t at : {100, 200}) {
        main.event(kRaddleObjectInit, at, 0);
        main.event(kRaddleAcquire, at + 10, 0).event(kRaddleRelease, at + 20, 0);
        main.event(kRaddleObjectDestroy, at + 20, 0);
    }
    ChunkWriter& worker = startThread(recording, 2, 101, 20);
    worker.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x9});
    worker.event(kRaddleAcquire, 230, 0).event(kRaddleRelease, 240, 0);
    recording.end(300);
    Timeline timeline = read(recording);
    ASSERT_EQ(timeline.locks.size(), 3u);
    for (const Lock& lock : timeline.locks) EXPECT_EQ(lock.acquisitions, 1u);
    EXPECT_EQ(timeline.locks[1].name, "mutex #2 in 0x1");
}

TEST(Reader, CallsNestAndSurviveJumps) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    for (uint64_t f = 0; f < 3; ++f) main.define(kRaddleDefineFunction, f, 0xf00 + f);
    main.event(kRaddleExit, 5);
    main.event(kRaddleEnter, 10, 0).event(kRaddleEnter, 20, 1).event(kRaddleEnter, 30, 2);
    main.event(kRaddleUnwind, 40, 2).event(kRaddleEnter, 50, 2).event(kRaddleExit, 60);
    recording.end(100);
    List<Call> calls = read(recording).threads[0].calls;
    ASSERT_EQ(calls.size(), 4u);
    EXPECT_EQ(calls[0], (Call{calls[0].function, 0, 10, 100, false}));
    EXPECT_EQ(calls[1], (Call{calls[1].function, 1, 20, 40, true}));
    EXPECT_EQ(calls[2], (Call{calls[2].function, 2, 30, 40, true}));
    EXPECT_EQ(calls[3], (Call{calls[2].function, 1, 50, 60, true}));
}

TEST(Reader, SemaphoresThatAreUsedAsLocksAreLocks) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleSemaphore, 0x5000, Frames{0x1});
    main.event(kRaddleSemaphoreAcquire, 10, 0).event(kRaddleSemaphorePost, 50, 0);
    ChunkWriter& worker = startThread(recording, 2, 101, 5);
    worker.define(kRaddleDefineSite, 0, kRaddleSemaphore, 0x5000, Frames{0x11});
    worker.define(kRaddleDefineStack, 0, Frames{0x13});
    worker.event(kRaddleSemaphoreWait, 20, 0, 0).event(kRaddleWaitEnd, 60, 0).event(kRaddleSemaphorePost, 90, 0);
    recording.end(200);
    Timeline timeline = read(recording);
    EXPECT_TRUE(timeline.objects.empty());
    ASSERT_EQ(timeline.locks.size(), 1u);
    EXPECT_EQ(timeline.locks[0].kind, LockKind::semaphore);
    EXPECT_EQ(timeline.locks[0].acquisitions, 2u);
    EXPECT_EQ(timeline.threads[1].waits[0].blocker, ThreadId{0});
    ASSERT_EQ(timeline.threads[1].holds.size(), 1u);
    EXPECT_EQ(timeline.threads[1].holds[0].endNs, 90);
}

TEST(Reader, SemaphoresAndBarriersNameWhoReleasedThem) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleSemaphore, 0x5000, Frames{0x1});
    main.define(kRaddleDefineSite, 1, kRaddleBarrier, 0x6000, Frames{0x2});
    main.define(kRaddleDefineStack, 0, Frames{0x3});
    main.event(kRaddleSemaphorePost, 50, 0);
    main.event(kRaddleBarrierWait, 100, 1, 0).event(kRaddleWaitEnd, 101, 0);
    ChunkWriter& worker = startThread(recording, 2, 101, 5);
    worker.define(kRaddleDefineSite, 0, kRaddleSemaphore, 0x5000, Frames{0x11});
    worker.define(kRaddleDefineSite, 1, kRaddleBarrier, 0x6000, Frames{0x12});
    worker.define(kRaddleDefineStack, 0, Frames{0x13});
    worker.event(kRaddleSemaphoreAcquire, 15, 0);
    worker.event(kRaddleSemaphoreWait, 20, 0, 0).event(kRaddleWaitEnd, 60, 0);
    worker.event(kRaddleBarrierWait, 70, 1, 0).event(kRaddleWaitEnd, 105, 0);
    recording.end(200);
    Timeline timeline = read(recording);
    EXPECT_EQ(timeline.objects[0].kind, ObjectKind::semaphore);
    EXPECT_EQ(timeline.objects[0].waits, 2u);
    EXPECT_EQ(timeline.objects[0].signals, 1u);
    const Thread& thread = timeline.threads[1];
    EXPECT_EQ(thread.waits[0].blocker, ThreadId{0});
    EXPECT_EQ(thread.waits[1].blocker, ThreadId{0});
    EXPECT_FALSE(timeline.threads[0].waits[0].blocker.valid()) << "the last to arrive waits for nobody";
}

TEST(Reader, ForkMakesAProcessAndExecGoesOnWithIt) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"sh", "-c", "prog"});
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    main.event(kRaddleAcquire, 10, 0);
    main.event(kRaddleFork, 20, 200).event(kRaddleImageEnd, 900, 0);
    ChunkWriter& child = recording.chunk(2, 2, 200, 200);
    child.event(kRaddleImageStart, 30, kRaddleStartedByFork, 200, 100, 1, 1, "", "", Strings{});
    child.event(kRaddleThreadStart, 30, 200, 1, 0, 0x7100);
    child.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    child.event(kRaddleRelease, 40, 0).event(kRaddleAcquire, 45, 0);
    ChunkWriter& prog = startProcess(recording, 3, 200, 50, {"prog"}, 100);
    prog.event(kRaddleSleep, 60, 100, 0).event(kRaddleWaitEnd, 70, 0);
    prog.event(kRaddleImageEnd, 800, 0);
    recording.end(1000);
    Timeline timeline = read(recording);
    EXPECT_TRUE(timeline.complete);
    ASSERT_EQ(timeline.processes.size(), 2u);
    EXPECT_EQ(timeline.command, "sh -c prog");
    EXPECT_EQ(timeline.processes[1], (Process{200, ProcessId{0}, "prog", 30, 800}));
    ASSERT_EQ(timeline.threads.size(), 2u);
    EXPECT_EQ(timeline.threads[1].creator, ThreadId{0});
    EXPECT_EQ(timeline.threads[1].endNs, 800);
    ASSERT_EQ(timeline.threads[1].waits.size(), 1u);
    ASSERT_EQ(timeline.threads[1].holds.size(), 1u);
    EXPECT_EQ(timeline.threads[1].holds[0].endNs, 50) << "exec ends what a thread holds";
    ASSERT_EQ(timeline.locks.size(), 2u) << "a lock of another process is another lock";
    EXPECT_EQ(timeline.locks[1].process, ProcessId{1});
}

TEST(Reader, AKilledChildIsNoDefectOfTheRecordingButOneThatGoesOnIs) {
    RecordingWriter recording;
    startProcess(recording, 1, 100, 0, {"sh"}).event(kRaddleImageEnd, 900, 0);
    startProcess(recording, 2, 200, 10, {"child"}, 100);
    recording.end(1000);
    Timeline killed = read(recording);
    EXPECT_TRUE(killed.complete);
    EXPECT_THAT(killed.notes, ElementsAre("1 process did not exit but ended by a signal"));
    recording.header.liveProcesses = 1;
    Timeline live = read(recording);
    EXPECT_FALSE(live.complete);
    EXPECT_THAT(live.notes, ElementsAre("1 process of the command went on after it had ended"));
}

TEST(Reader, ALockThatAnotherThreadHeldAtTheForkIsBlamedOnIt) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.event(kRaddleFork, 20, 200).event(kRaddleImageEnd, 900, 0);
    ChunkWriter& worker = startThread(recording, 2, 101, 5);
    worker.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    worker.event(kRaddleAcquire, 10, 0).event(kRaddleRelease, 60, 0);
    ChunkWriter& child = recording.chunk(2, 3, 200, 200);
    child.event(kRaddleImageStart, 30, kRaddleStartedByFork, 200, 100, 1, 1, "", "", Strings{});
    child.event(kRaddleThreadStart, 30, 200, 1, 0, 0x7100);
    child.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x2});
    child.define(kRaddleDefineStack, 0, Frames{0x3});
    child.event(kRaddleLockWait, 100, 0, 0);
    recording.end(1000);
    Timeline timeline = read(recording);
    const Wait& wait = timeline.threads[2].waits[0];
    EXPECT_FALSE(wait.finished);
    EXPECT_EQ(wait.blocker, ThreadId{1});
    EXPECT_EQ(wait.blockerStack, timeline.threads[1].holds[0].stack);
    EXPECT_EQ(summarize(timeline).locks[0].blame[0].thread, ThreadId{1});
    EXPECT_EQ(summarize(timeline).locks[0].blame[0].waitNs, 900);
}

TEST(Reader, MissingChunksAndDroppedEventsCloseWhatWasOpen) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    main.define(kRaddleDefineFunction, 0, 0xf00);
    main.event(kRaddleAcquire, 10, 0).event(kRaddleEnter, 20, 0);
    ChunkWriter& next = recording.chunk(1, 1, 100, 100);
    next.header.sequence = 3;
    next.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    next.event(kRaddleRelease, 50, 0).event(kRaddleAcquire, 60, 0).event(kRaddleDropped, 70, 5);
    next.event(kRaddleAcquire, 80, 9);
    recording.end(100);
    Timeline timeline = read(recording);
    EXPECT_FALSE(timeline.complete);
    EXPECT_EQ(timeline.droppedEvents, 5u);
    EXPECT_EQ(timeline.threads[0].holds[0].endNs, 20);
    EXPECT_FALSE(timeline.threads[0].holds[0].finished);
    EXPECT_EQ(timeline.threads[0].holds[1].endNs, 70);
    EXPECT_EQ(timeline.threads[0].calls[0].endNs, 20);
    EXPECT_THAT(timeline.notes, ElementsAre(HasSubstr("2 chunks are missing"), HasSubstr("1 event names something")));
}

TEST(Reader, ACancelledConditionWaitEndsWhereItsMutexIsReleased) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleCondition, 0x6000, Frames{0x1});
    main.define(kRaddleDefineSite, 1, kRaddleMutex, 0x5000, Frames{0x1});
    main.define(kRaddleDefineStack, 0, Frames{0x3});
    main.event(kRaddleAcquire, 5, 1).event(kRaddleConditionWait, 10, 0, 1, 0);
    main.event(kRaddleRelease, 30, 1);
    main.event(kRaddleSleep, 40, 1, 0).event(kRaddleWaitEnd, 50, 0);
    main.event(kRaddleThreadExit, 60, 0);
    recording.end(100);
    Timeline timeline = read(recording);
    ASSERT_EQ(timeline.threads[0].waits.size(), 2u);
    EXPECT_EQ(timeline.threads[0].waits[0].endNs, 30);
    EXPECT_TRUE(timeline.threads[0].waits[0].finished);
    EXPECT_FALSE(timeline.threads[0].waits[0].succeeded);
}

TEST(Reader, AHandlersEventsDoNotEndAWaitUnlessTheThreadHasEnded) {
    for (bool hasEnded : {false, true}) {
        RecordingWriter recording;
        ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
        main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
        main.define(kRaddleDefineSite, 1, kRaddleSemaphore, 0x6000, Frames{0x1});
        main.define(kRaddleDefineStack, 0, Frames{0x3});
        main.event(kRaddleLockWait, 10, 0, 0);
        main.event(kRaddleSemaphorePost, 30, 1);
        main.event(kRaddleSleep, 40, 1, 0).event(kRaddleWaitEnd, 50, 0);
        if (hasEnded) main.event(kRaddleThreadExit, 60, 0);
        recording.end(100);
        Wait wait = read(recording).threads[0].waits[0];
        EXPECT_EQ(wait.finished, hasEnded);
        EXPECT_EQ(wait.endNs, hasEnded ? 30 : 100);
    }
}

TEST(Reader, ThreadNamesFollowTheHandle) {
    RecordingWriter recording = twoThreads();
    ChunkWriter& third = startThread(recording, 3, 103, 30);
    third.event(kRaddleThreadName, 40, 0x7000 + 101, "io worker");
    Timeline timeline = read(recording);
    EXPECT_EQ(timeline.threads[1].name, "io worker");
    EXPECT_EQ(timeline.threads[2].name, "thread 2");
}

TEST(Reader, TicksAreCalibratedByTheFirstAndLastPoint) {
    RecordingWriter recording = twoThreads();
    recording.header.clock = kRaddleClockTsc;
    recording.header.endTicks = RecordingWriter::kStartTicks + 500;
    Timeline timeline = read(recording);
    EXPECT_EQ(timeline.threads[0].holds[0].beginNs, 200);
}

TEST(Reader, RefusesWhatIsNotARecordingOfThisVersion) {
    auto errorOf = [](const std::string& bytes) {
        Result<Timeline> result = readBytes(bytes);
        return result ? "" : result.error().message;
    };
    EXPECT_EQ(errorOf(""), "not a raddle recording");
    EXPECT_EQ(errorOf("#!/bin/sh\necho this is something else\n"), "not a raddle recording");
    RecordingWriter recording = twoThreads();
    recording.header.version = 7;
    EXPECT_EQ(errorOf(recording.bytes()), "recording version 7 is not one this raddle reads (1)");
    EXPECT_EQ(errorOf(twoThreads().bytes().substr(0, 3000)), "recording is cut off in its header");
    Result<Timeline> missing = readRecording("/nonexistent/x");
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(toString(missing.error()), "/nonexistent/x: cannot open: No such file or directory");
    EXPECT_EQ(readRecording("/tmp").error().message, "not a raddle recording");
}

TEST(Reader, ReadsALiveFileAsFarAsItGoes) {
    RecordingWriter recording = twoThreads();
    recording.header.endTicks = recording.header.endMonotonicNs = 0;
    recording.header.endKind = kRaddleRunning;
    std::string bytes = recording.bytes() + std::string(1 << 20, '\0');
    Result<Timeline> timeline = readBytes(bytes);
    ASSERT_TRUE(timeline.ok());
    EXPECT_FALSE(timeline->complete);
    EXPECT_EQ(timeline->durationNs, 950);
    EXPECT_EQ(timeline->events, 17u);
}

TEST(Reader, UnknownSizedOpsAreSkippedAndUnknownOthersEndTheChunk) {
    RecordingWriter recording;
    ChunkWriter& main = startProcess(recording, 1, 100, 0, {"prog"});
    main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1});
    main.event(kRaddleFirstSized + 3, 5, "what a later version writes");
    main.event(kRaddleAcquire, 10, 0);
    main.event(0x5f, 20);
    main.event(kRaddleRelease, 30, 0);
    recording.end(100);
    Timeline timeline = read(recording);
    ASSERT_EQ(timeline.threads[0].holds.size(), 1u);
    EXPECT_FALSE(timeline.threads[0].holds[0].finished);
    EXPECT_THAT(timeline.notes, ElementsAre(HasSubstr("1 chunk has events that cannot be decoded")));
}

TEST(Reader, TornEventsAreCountedAndIgnored) {
    RecordingWriter recording = twoThreads();
    recording.chunk(1, 2, 100, 101).tornBytes = std::string("\x20\x81\x7f", 3);
    Timeline timeline = read(recording);
    EXPECT_EQ(timeline.tornBytes, 3u);
    EXPECT_EQ(timeline.events, 17u);
}

TEST(Reader, CanBeCancelledAndReportsProgress) {
    MemoryFile file(twoThreads().bytes());
    std::atomic<bool> cancelled = true;
    Result<Timeline> result = readRecording(file.path(), {nullptr, &cancelled});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().message, "cancelled");
    std::vector<double> steps;
    cancelled = false;
    ASSERT_TRUE(readRecording(file.path(), {[&](double p) { steps.push_back(p); }, &cancelled}).ok());
    EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
    EXPECT_EQ(steps.back(), 1);
}

TEST(Reader, EveryTruncationIsReadOrRefusedAndLosesOnlyTheTail) {
    std::string bytes = twoThreads().bytes();
    uint64_t lastEvents = 0;
    for (size_t size = kRaddleHeaderSize; size <= bytes.size(); ++size) {
        Result<Timeline> timeline = readBytes(bytes.substr(0, size));
        ASSERT_TRUE(timeline.ok()) << "cut at " << size;
        EXPECT_GE(timeline->events, lastEvents) << "cut at " << size;
        lastEvents = timeline->events;
        EXPECT_EQ(timeline->complete, size == bytes.size()) << "cut at " << size;
    }
    EXPECT_EQ(lastEvents, 17u);
}

}  // namespace
}  // namespace raddle::trace
