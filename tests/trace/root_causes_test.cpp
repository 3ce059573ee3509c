#include "trace/analysis/root_causes.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

RootCauses causesOf(const Timeline& timeline) {
    Holders holders(timeline);
    return rootCauses(timeline, stillness(timeline), holders, WakeUps(timeline, holders));
}

int64_t sumOf(const RootCauses& causes) {
    int64_t sum = 0;
    for (const CauseRow& row : causes.rows) sum += row.waitNs;
    return sum;
}

const CauseRow* find(const RootCauses& causes, CauseKind kind, ThreadId thread) {
    for (const CauseRow& row : causes.rows)
        if (row.kind == kind && row.thread == thread) return &row;
    return nullptr;
}

// c waits for b's lock, b for a's, and a sleeps with it.
TEST(RootCauses, AreFoundThroughNestedWaits) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId inner = build.lock("inner"), outer = build.lock("outer");
    StackId holds = build.stack("holdsInner"), takes = build.stack("takesOuter"), sleeps = build.stack("sleeps");
    build.hold(a, inner, 0, 600, holds);
    build.wait(a, WaitKind::sleep, 300, 500).stack = sleeps;
    build.hold(b, outer, 50, 800, takes);
    build.wait(b, inner, 100, 620);
    build.hold(b, inner, 620, 700, {}, true);
    build.wait(c, outer, 200, 810);
    RootCauses causes = causesOf(build.timeline);
    EXPECT_EQ(sumOf(causes), 520 + 610) << "all that was waited is charged";
    // c's 610: a ran in [200,300) and [500,600), slept in [300,500), nobody had inner until 620; b ran until 800.
    const CauseRow* slept = find(causes, CauseKind::sleeping, a);
    ASSERT_TRUE(slept);
    EXPECT_EQ(slept->function, build.function("sleeps"));
    int64_t sleptNs = 0, throughInner = 0, ranB = 0;
    for (const CauseRow& row : causes.rows) {
        if (row.kind == CauseKind::sleeping) sleptNs += row.waitNs;
        if (row.lock == outer && row.through == inner) throughInner += row.waitNs;
        if (row.lock == outer && row.thread == b) ranB += row.waitNs;
    }
    EXPECT_EQ(sleptNs, 200 + 200);
    EXPECT_EQ(throughInner, 100 + 200 + 100 + 20);
    EXPECT_EQ(ranB, 180);
    EXPECT_EQ(causes.times.contentionNs, 500 + 600);
    EXPECT_EQ(causes.times.handOverNs, 20 + 10);
    EXPECT_EQ(causes.times.sleepNs, 200);
}

// A worker waits for work that comes late because its sender stands before a lock for part of the time.
TEST(RootCauses, TellIdleWaitingFromContention) {
    TimelineBuilder build(1000);
    ThreadId sender = build.thread("sender"), worker = build.thread("worker"), other = build.thread("other");
    LockId mu = build.lock("mu"), queue = build.lock("queue");
    ObjectId ready = build.object("ready", ObjectKind::condition);
    StackId pushes = build.stack("push"), hogs = build.stack("hog");
    build.hold(other, mu, 0, 500, hogs);
    build.wait(sender, mu, 200, 500);
    build.hold(sender, mu, 500, 550, {}, true);
    build.hold(sender, queue, 640, 720, pushes);
    build.timeline.threads[0].signals.push_back({ready, 700, pushes, false});
    Wait& wait = build.wait(worker, WaitKind::condition, 100, 750, ready);
    wait.lock = queue;
    wait.blocker = sender;
    wait.blockerStack = pushes;
    RootCauses causes = causesOf(build.timeline);
    const WaitTimes& times = causes.threadTimes[worker.index()];
    EXPECT_EQ(times.throughLocksNs, 300);
    EXPECT_EQ(times.idleNs, 300);
    EXPECT_EQ(times.contentionNs, 20) << "from the signal on the sender still had the mutex";
    EXPECT_EQ(times.handOverNs, 30);
    EXPECT_EQ(times.sumNs(), 650);
    const CauseRow* idle = nullptr;
    for (const CauseRow& row : causes.rows)
        if (row.object == ready && row.kind == CauseKind::running && !row.through.valid()) idle = &row;
    ASSERT_TRUE(idle);
    EXPECT_EQ(idle->function, build.function("push"));
    EXPECT_EQ(idle->waitNs, 300);
    const CauseRow* hog = find(causes, CauseKind::running, other);
    ASSERT_TRUE(hog);
    EXPECT_EQ(hog->function, build.function("hog"));
}

TEST(RootCauses, EndWhereWaitsGoRoundInACircle) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(a, x, 0, 1000).finished = false;
    build.hold(b, y, 0, 1000).finished = false;
    build.wait(a, y, 100, 1000).finished = false;
    build.wait(b, x, 300, 1000).finished = false;
    RootCauses causes = causesOf(build.timeline);
    ASSERT_TRUE(find(causes, CauseKind::circle, a));
    EXPECT_EQ(find(causes, CauseKind::circle, a)->waitNs, 700);
    EXPECT_EQ(find(causes, CauseKind::running, b)->waitNs, 200) << "before b was stuck itself";
    EXPECT_EQ(sumOf(causes), 900 + 700);
}

}  // namespace
}  // namespace raddle::trace
