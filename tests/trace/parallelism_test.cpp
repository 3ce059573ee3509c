#include "trace/analysis/parallelism.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

TEST(Parallelism, CountsThreadsThatRunAndSplitsTheEfficiency) {
    TimelineBuilder build(1000);
    ThreadId main = build.thread("main"), a = build.thread("a"), b = build.thread("b");
    build.wait(main, WaitKind::join, 0, 1000).blocker = a;
    build.wait(b, WaitKind::sleep, 400, 1000);
    build.wait(a, WaitKind::sleep, 800, 1000);
    Parallelism p = parallelism(build.timeline, stillness(build.timeline), 0);
    EXPECT_EQ(p.runningNs, (std::vector<int64_t>{200, 400, 400}));
    EXPECT_DOUBLE_EQ(p.meanRunning, 1.2);
    EXPECT_EQ(p.mostRunning(), 2u);
    EXPECT_EQ(p.workers, (std::vector<ThreadId>{a, b})) << "main only waits for them to end";
    EXPECT_DOUBLE_EQ(p.loadBalance, 600.0 / 800);
    EXPECT_DOUBLE_EQ(p.serialisation, 0.8);
    EXPECT_DOUBLE_EQ(p.transfer, 1);
    EXPECT_DOUBLE_EQ(p.efficiency, 0.6);
    p = parallelism(build.timeline, stillness(build.timeline), 900);
    EXPECT_DOUBLE_EQ(p.transfer, 0.9);
    EXPECT_DOUBLE_EQ(p.loadBalance * p.serialisation * p.transfer, 0.6);
}

TEST(Parallelism, OfNothingIsNothing) {
    Timeline empty;
    Parallelism p = parallelism(empty, {}, 0);
    EXPECT_EQ(p.mostRunning(), 0u);
    EXPECT_TRUE(p.workers.empty());
}

TEST(Stillness, IsOfTheOutermostWaitInsideTheThreadsLife) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.timeline.threads[0].beginNs = 100;
    build.wait(a, WaitKind::sleep, 50, 300);
    build.wait(a, WaitKind::futex, 150, 200);
    build.wait(a, WaitKind::futex, 250, 400);
    build.wait(a, WaitKind::futex, 900, 2000);
    std::vector<Still> still = stillness(build.timeline.threads[0]);
    ASSERT_EQ(still.size(), 3u);
    EXPECT_EQ(still[0].beginNs, 100);
    EXPECT_EQ(still[1].beginNs, 300);
    EXPECT_EQ(still[1].wait, 2u);
    EXPECT_EQ(still[2].endNs, 1000);
}

TEST(Parallelism, HoldsForTimesThatAreAnything) {
    TimelineBuilder build(INT64_MAX / 4);
    ThreadId a = build.thread("a");
    build.wait(a, WaitKind::join, 0, INT64_MAX / 5);
    EXPECT_EQ(parallelism(build.timeline, stillness(build.timeline), 0).workers, std::vector<ThreadId>{a});
}

}  // namespace
}  // namespace raddle::trace
