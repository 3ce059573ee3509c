#include "trace/analysis/lock_order.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

// `first` around `second`, at `atNs`.
void nest(TimelineBuilder& build, ThreadId thread, LockId first, LockId second, int64_t atNs) {
    build.hold(thread, first, atNs, atNs + 50);
    build.hold(thread, second, atNs + 10, atNs + 40);
}

struct TwoThreads {
    TimelineBuilder build{1000};
    ThreadId main = build.thread("main"), a = build.thread("a"), b = build.thread("b");
    LockId x = build.lock("x"), y = build.lock("y");

    TwoThreads() {
        for (ThreadId t : {a, b}) build.timeline.threads[t.index()].creator = main;
    }
};

TEST(LockOrder, OppositeOrdersAreAnInversionThoughNothingHappened) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    nest(t.build, t.b, t.y, t.x, 600);
    LockOrder order = lockOrder(t.build.timeline);
    ASSERT_EQ(order.inversions.size(), 1u);
    ASSERT_EQ(order.inversions[0].size(), 2u);
    EXPECT_EQ(order.inversions[0][0], (LockOrderStep{t.a, t.x, t.y, {}, {}, 110}));
    EXPECT_EQ(order.inversions[0][1], (LockOrderStep{t.b, t.y, t.x, {}, {}, 510}));
    ASSERT_EQ(order.edges.size(), 2u);
    EXPECT_EQ(order.edges[1].count, 2u);
    EXPECT_EQ(order.edges[1].threads, 1u);
}

TEST(LockOrder, OneThreadCannotBlockItself) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.a, t.y, t.x, 500);
    LockOrder order = lockOrder(t.build.timeline);
    EXPECT_TRUE(order.inversions.empty());
    EXPECT_EQ(order.edges.size(), 2u);
}

TEST(LockOrder, WhatMayHaveBeenTakenLaterIsNoOrderButAGate) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    List<Hold>& holds = t.build.timeline.threads[t.b.index()].holds;
    holds[0].beginUnknown = true;
    LockOrder order = lockOrder(t.build.timeline);
    EXPECT_TRUE(order.inversions.empty());
    EXPECT_EQ(order.edges.size(), 1u);

    TwoThreads gated;
    LockId gate = gated.build.lock("gate");
    gated.build.hold(gated.a, gate, 90, 200);
    nest(gated.build, gated.a, gated.x, gated.y, 100);
    gated.build.hold(gated.b, gate, 490, 600).beginUnknown = true;
    nest(gated.build, gated.b, gated.y, gated.x, 500);
    EXPECT_TRUE(lockOrder(gated.build.timeline).inversions.empty());
}

TEST(LockOrder, WhatIsGivenUpBeforeAWaitIsInNoCircle) {
    TwoThreads t;
    t.build.timeline.locks[t.x.index()].isGivenUpToWait = true;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    EXPECT_TRUE(lockOrder(t.build.timeline).inversions.empty());
}

TEST(LockOrder, AGateLockRulesItOut) {
    TwoThreads t;
    LockId gate = t.build.lock("gate");
    t.build.hold(t.a, gate, 90, 200);
    nest(t.build, t.a, t.x, t.y, 100);
    t.build.hold(t.b, gate, 490, 600);
    nest(t.build, t.b, t.y, t.x, 500);
    LockOrder order = lockOrder(t.build.timeline);
    EXPECT_TRUE(order.inversions.empty());
    EXPECT_EQ(order.guarded, 1u);
    // Once without the gate is enough.
    nest(t.build, t.b, t.y, t.x, 700);
    order = lockOrder(t.build.timeline);
    EXPECT_EQ(order.inversions.size(), 1u);
    EXPECT_EQ(order.guarded, 0u);
}

TEST(LockOrder, AGateThatBothOnlyReadIsNone) {
    TwoThreads t;
    LockId gate = t.build.lock("gate", LockKind::rwlock);
    t.build.hold(t.a, gate, 90, 200).mode = LockMode::shared;
    nest(t.build, t.a, t.x, t.y, 100);
    t.build.hold(t.b, gate, 490, 600).mode = LockMode::shared;
    nest(t.build, t.b, t.y, t.x, 500);
    EXPECT_EQ(lockOrder(t.build.timeline).inversions.size(), 1u);
}

TEST(LockOrder, ReadersDoNotWaitForReaders) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    for (Thread& thread : t.build.timeline.threads)
        for (Hold& hold : thread.holds)
            if (hold.lock == t.y) hold.mode = LockMode::shared;
    EXPECT_TRUE(lockOrder(t.build.timeline).inversions.empty());
}

TEST(LockOrder, ATryWaitsForNobodyButHolds) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    List<Hold>& holds = t.build.timeline.threads[t.b.index()].holds;
    holds[1].tried = true;
    EXPECT_TRUE(lockOrder(t.build.timeline).inversions.empty());
    holds[1].tried = false;
    holds[0].tried = true;
    EXPECT_EQ(lockOrder(t.build.timeline).inversions.size(), 1u) << "what was got by a try is held all the same";
}

TEST(LockOrder, WhatIsJoinedBeforeTheOtherBeginsIsOrdered) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    t.build.timeline.threads[t.a.index()].endNs = 200;
    t.build.timeline.threads[t.b.index()].beginNs = 400;
    EXPECT_EQ(lockOrder(t.build.timeline).inversions.size(), 1u) << "time alone orders nothing";
    t.build.wait(t.main, WaitKind::join, 150, 300).blocker = t.a;
    LockOrder order = lockOrder(t.build.timeline);
    EXPECT_TRUE(order.inversions.empty());
    EXPECT_EQ(order.ordered, 1u);
}

TEST(LockOrder, AThreadThatBeginsLateIsNotBehindWhatItsCreatorDidMeanwhile) {
    TwoThreads t;
    nest(t.build, t.a, t.x, t.y, 100);
    nest(t.build, t.b, t.y, t.x, 500);
    t.build.timeline.threads[t.a.index()].endNs = 200;
    t.build.wait(t.main, WaitKind::join, 150, 300).blocker = t.a;
    Thread& late = t.build.timeline.threads[t.b.index()];
    late.beginNs = 400;
    late.createdNs = 320;
    EXPECT_EQ(lockOrder(t.build.timeline).inversions.size(), 0u);
    late.createdNs = 120;
    EXPECT_EQ(lockOrder(t.build.timeline).inversions.size(), 1u);
}

TEST(LockOrder, CirclesOfThreeThreadsCount) {
    TwoThreads t;
    LockId z = t.build.lock("z");
    nest(t.build, t.main, t.x, t.y, 100);
    nest(t.build, t.a, t.y, z, 300);
    nest(t.build, t.b, z, t.x, 500);
    LockOrder order = lockOrder(t.build.timeline);
    ASSERT_EQ(order.inversions.size(), 1u);
    EXPECT_EQ(order.inversions[0].size(), 3u);
}

TEST(LockOrder, AnAttemptThatNeverEndedCounts) {
    TwoThreads t;
    t.build.hold(t.a, t.x, 100, 1000).finished = false;
    t.build.hold(t.b, t.y, 100, 1000).finished = false;
    t.build.wait(t.a, t.y, 200, 1000).finished = false;
    t.build.wait(t.b, t.x, 210, 1000).finished = false;
    EXPECT_EQ(lockOrder(t.build.timeline).inversions.size(), 1u);
}

}  // namespace
}  // namespace raddle::trace
