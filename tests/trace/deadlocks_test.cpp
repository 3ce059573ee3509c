#include "trace/tables/deadlocks.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

TEST(Deadlocks, AreCirclesOfUnfinishedWaits) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId x = build.lock("x"), y = build.lock("y");
    StackId takesX = build.stack("takesX"), takesY = build.stack("takesY"), waits = build.stack("waits");
    build.hold(a, x, 0, 1000, takesX).finished = false;
    build.hold(b, y, 0, 1000, takesY).finished = false;
    Wait& first = build.wait(a, y, 100, 1000);
    first.finished = false;
    first.stack = waits;
    build.wait(b, x, 100, 1000).finished = false;
    build.wait(c, x, 100, 1000).finished = false;
    std::vector<Deadlock> found = findDeadlocks(build.timeline);
    ASSERT_EQ(found.size(), 1u) << "c waits too, but nobody for it";
    ASSERT_EQ(found[0].size(), 2u);
    EXPECT_EQ(found[0][0], (DeadlockStep{a, y, waits, takesY}));
    EXPECT_EQ(found[0][1], (DeadlockStep{b, x, {}, takesX}));
}

TEST(Deadlocks, CanBeWithOneselfOrThroughAJoin) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(a, x, 0, 1000).finished = false;
    build.wait(a, x, 100, 1000).finished = false;
    build.hold(b, y, 0, 1000).finished = false;
    Wait& join = build.wait(b, WaitKind::join, 50, 1000);
    join.finished = false;
    join.blocker = c;
    build.wait(c, y, 60, 1000).finished = false;
    std::vector<Deadlock> found = findDeadlocks(build.timeline);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].size() + found[1].size(), 3u);
}

TEST(Deadlocks, NeedWaitsThatNeverReturned) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(a, x, 0, 500);
    build.hold(b, y, 0, 400);
    build.wait(a, y, 100, 400);
    build.wait(b, x, 400, 500);
    EXPECT_TRUE(findDeadlocks(build.timeline).empty());
}

}  // namespace
}  // namespace raddle::trace
