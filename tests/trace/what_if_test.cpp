#include "trace/analysis/what_if.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"
#include "trace/analysis/critical_path.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

struct Replayed {
    explicit Replayed(const Timeline& timeline)
        : holders(timeline), wakeUps(timeline, holders), replay(timeline, holders, wakeUps) {}
    int64_t with(Change change, LockId lock, bool wakes = true) const {
        ReplayResult result = replay.run({change, lock, wakes, false});
        EXPECT_FALSE(result.isStuck);
        return result.durationNs;
    }

    Holders holders;
    WakeUps wakeUps;
    Replay replay;
};

// a holds mu in [0, 400) and ends at 500; b waits for it, gets it 20 later, holds it for 400 and ends 100 after that.
TEST(Replay, AnswersWhatCanBeWorkedOutOnPaper) {
    TimelineBuilder build(920);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");
    build.timeline.threads[0].endNs = 500;
    build.hold(a, mu, 0, 400);
    build.wait(b, mu, 10, 420);
    build.hold(b, mu, 420, 820, {}, true);
    Replayed r(build.timeline);
    EXPECT_EQ(r.replay.recordedNs(), 920);
    EXPECT_EQ(r.with(Change::nothing, {}), 920);
    EXPECT_EQ(r.with(Change::free, mu), 10 + 400 + 100);
    EXPECT_EQ(r.with(Change::halfHeld, mu), 200 + 20 + 200 + 100);
    EXPECT_EQ(r.with(Change::nothing, {}, false), 900);
    WhatIfs what = whatIfs(build.timeline, r.holders, r.wakeUps);
    ASSERT_EQ(what.locks.size(), 1u);
    EXPECT_EQ(what.locks[0].free, (Saving{410, 410, 410})) << "the replay is exact and both rules agree";
    EXPECT_EQ(what.replayedNs, what.recordedNs);
    EXPECT_EQ(what.idealNs, 900);
}

TEST(Replay, FollowsSignalsJoinsAndStarts) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), worker = build.thread("worker"), rival = build.thread("rival");
    LockId mu = build.lock("mu");
    ObjectId done = build.object("done", ObjectKind::semaphore);
    Thread& w = build.timeline.threads[worker.index()];
    w.creator = main;
    w.beginNs = 100;
    w.endNs = 800;
    build.timeline.threads[rival.index()].endNs = 500;
    build.hold(rival, mu, 0, 500);
    build.wait(worker, mu, 200, 500);
    build.hold(worker, mu, 500, 600, {}, true);
    w.signals.push_back({done, 700, {}, false});
    build.wait(main, WaitKind::semaphore, 150, 700, done).blocker = worker;
    build.wait(main, WaitKind::join, 750, 800).blocker = worker;
    Replayed r(build.timeline);
    EXPECT_EQ(r.with(Change::nothing, {}), 1000);
    EXPECT_EQ(r.with(Change::free, mu), 700) << "all that follows from the wait of 300 is earlier by that";
}

TEST(Replay, BeginsThreadsThatWereJoinedBeforeTheirFirstEvent) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), worker = build.thread("worker");
    LockId mu = build.lock("mu");
    build.timeline.threads[1].creator = main;
    build.timeline.threads[1].beginNs = 150;
    build.timeline.threads[1].endNs = 900;
    build.hold(main, mu, 0, 50);
    build.wait(main, WaitKind::join, 100, 950).blocker = worker;
    Replayed r(build.timeline);
    EXPECT_EQ(r.with(Change::nothing, {}), 1000);
    CriticalPath path = criticalPath(build.timeline, stillness(build.timeline), r.wakeUps);
    EXPECT_EQ(path.waitingNs, 0);
    EXPECT_EQ(path.wakingNs, 50 + 50) << "of the worker and of main";
}

TEST(Replay, HalvesWhatIsSleptInALockToo) {
    TimelineBuilder build(900);
    ThreadId a = build.thread("a");
    ThreadId b = build.thread("b");
    LockId mu = build.lock("mu");
    build.timeline.threads[0].endNs = 500;
    build.hold(a, mu, 0, 400);
    build.wait(a, WaitKind::sleep, 100, 300);
    build.wait(b, mu, 0, 400);
    build.hold(b, mu, 400, 800, {}, true);
    Replayed r(build.timeline);
    EXPECT_EQ(r.with(Change::nothing, {}), 900);
    EXPECT_EQ(r.with(Change::halfHeld, mu), 200 + 200 + 100);
}

TEST(Replay, OfAGeneratedRunIsCloseToTheRun) {
    test::GeneratorOptions options;
    Timeline timeline = test::generateTimeline(options);
    Replayed r(timeline);
    auto recorded = static_cast<double>(r.replay.recordedNs());
    EXPECT_NEAR(static_cast<double>(r.with(Change::nothing, {})) / recorded, 1, 0.05);
    EXPECT_LT(r.with(Change::free, LockId{0}), r.with(Change::nothing, {}));
}

TEST(Replay, OfADeadlockEnds) {
    test::GeneratorOptions options;
    options.deadlock = true;
    Timeline timeline = test::generateTimeline(options);
    Holders holders(timeline);
    WakeUps wakeUps(timeline, holders);
    EXPECT_GT(Replay(timeline, holders, wakeUps).run({}).steps, 0u);
}

}  // namespace
}  // namespace raddle::trace
