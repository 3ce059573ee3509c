#include "trace/analysis/critical_path.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

CriticalPath pathOf(const Timeline& timeline) {
    Holders holders(timeline);
    return criticalPath(timeline, stillness(timeline), WakeUps(timeline, holders));
}

TEST(CriticalPath, GoesFromTheWaiterToWhoHeldTheLockAndToTheCreator) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), worker = build.thread("worker");
    LockId mu = build.lock("mu");
    build.timeline.threads[1].creator = main;
    build.timeline.threads[1].beginNs = 100;
    build.timeline.threads[1].endNs = 700;
    build.hold(worker, mu, 200, 600);
    build.wait(main, mu, 300, 650);
    build.hold(main, mu, 650, 900, {}, true);
    CriticalPath path = pathOf(build.timeline);
    std::vector<PathPart> expected = {{PathKind::running, main, 0, 100},
                                      {PathKind::running, worker, 100, 600},
                                      {PathKind::wakingUp, main, 600, 650, 0},
                                      {PathKind::running, main, 650, 1000}};
    EXPECT_EQ(path.parts, expected);
    EXPECT_EQ(path.lengthNs(), 1000);
    EXPECT_EQ(path.threadNs, (std::vector<int64_t>{450, 500}));
    ASSERT_EQ(path.locks.size(), 1u);
    EXPECT_EQ(path.locks[0], (PathLock{mu, 400 + 250, 50, 1}));
}

TEST(CriticalPath, FollowsJoinsAndSignalsAndLeavesOutWhatNobodyWaitedFor) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), busy = build.thread("busy"), aside = build.thread("aside");
    ObjectId ready = build.object("ready", ObjectKind::condition);
    for (ThreadId t : {busy, aside}) build.timeline.threads[t.index()].creator = main;
    build.timeline.threads[1].endNs = 800;
    StackId signals = build.stack("signals");
    build.wait(main, WaitKind::condition, 50, 400, ready).blocker = busy;
    build.timeline.threads[0].waits[0].blockerStack = signals;
    build.timeline.threads[1].signals.push_back({ready, 350, signals, false});
    build.wait(main, WaitKind::join, 500, 900).blocker = busy;
    CriticalPath path = pathOf(build.timeline);
    std::vector<PathPart> expected = {{PathKind::running, busy, 0, 800},
                                      {PathKind::wakingUp, main, 800, 900, 1},
                                      {PathKind::running, main, 900, 1000}};
    EXPECT_EQ(path.parts, expected) << "what main did before it joined was not on the way";
    EXPECT_EQ(path.threadNs[aside.index()], 0);
}

TEST(CriticalPath, DoesNotStandWithAThreadThatWasNotWaitedForYet) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), handler = build.thread("handler");
    build.timeline.threads[1].creator = main;
    build.timeline.threads[1].endNs = 980;
    build.wait(handler, WaitKind::io, 10, 960).io = IoKind::signal;
    build.wait(main, WaitKind::join, 900, 990).blocker = handler;
    std::vector<PathPart> expected = {{PathKind::running, main, 0, 900},
                                      {PathKind::sleeping, handler, 900, 960, 0},
                                      {PathKind::running, handler, 960, 980},
                                      {PathKind::wakingUp, main, 980, 990, 0},
                                      {PathKind::running, main, 990, 1000}};
    EXPECT_EQ(pathOf(build.timeline).parts, expected);
}

TEST(CriticalPath, DoesNotGoToAThreadThatHadEndedBeforeItWasJoined) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), early = build.thread("early");
    build.timeline.threads[1].creator = main;
    build.timeline.threads[1].endNs = 200;
    build.wait(main, WaitKind::join, 500, 510).blocker = early;
    CriticalPath path = pathOf(build.timeline);
    EXPECT_EQ(path.threadNs, (std::vector<int64_t>{990, 0}));
    EXPECT_EQ(path.wakingNs, 10);
}

TEST(CriticalPath, StaysWithAWaitThatNobodyIsKnownToHaveEnded) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main");
    build.wait(main, WaitKind::sleep, 100, 300);
    build.wait(main, WaitKind::futex, 400, 900);
    CriticalPath path = pathOf(build.timeline);
    EXPECT_EQ(path.sleepingNs, 200);
    EXPECT_EQ(path.waitingNs, 500);
    EXPECT_EQ(path.runningNs, 300);
    EXPECT_EQ(path.lengthNs(), 1000);
}

TEST(CriticalPath, ALockHeldAsleepIsHeldOnIt) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main");
    LockId mu = build.lock("mu");
    build.hold(main, mu, 50, 350);
    build.wait(main, WaitKind::sleep, 100, 300);
    CriticalPath path = pathOf(build.timeline);
    ASSERT_EQ(path.locks.size(), 1u);
    EXPECT_EQ(path.locks[0].heldNs, 300);
}

TEST(CriticalPath, EndsForThreadsThatWakeEachOtherAtOneInstant) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    build.wait(a, WaitKind::join, 100, 500).blocker = b;
    build.wait(b, WaitKind::join, 100, 500).blocker = a;
    build.timeline.threads[0].endNs = 500;
    build.timeline.threads[1].endNs = 500;
    EXPECT_EQ(pathOf(build.timeline).lengthNs(), 500);
}

}  // namespace
}  // namespace raddle::trace
