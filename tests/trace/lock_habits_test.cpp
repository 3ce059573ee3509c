#include "trace/analysis/lock_habits.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

// Four threads take turns of 10 ns with 5 ns between them, and each queues up again at once: 20 turns.
TEST(Convoys, AreQueuesThatDoNotEmpty) {
    TimelineBuilder build(1000);
    std::vector<ThreadId> threads;
    for (int i = 0; i < 4; ++i) threads.push_back(build.thread("t" + std::to_string(i)));
    LockId mu = build.lock("mu");
    std::vector<int64_t> queuedAt(4, 0);
    int64_t now = 0;
    for (int turn = 0; turn < 20; ++turn) {
        size_t i = static_cast<size_t>(turn) % 4;
        if (turn > 0) build.wait(threads[i], mu, queuedAt[i], now);
        build.hold(threads[i], mu, now, now + 10, {}, turn > 0);
        queuedAt[i] = now + 10;
        now += 15;
    }
    Holders holders(build.timeline);
    std::vector<Convoy> found = convoys(build.timeline, holders);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].lock, mu);
    EXPECT_EQ(found[0].handovers, 19u);
    EXPECT_EQ(found[0].threads, 4u);
    EXPECT_EQ(found[0].beginNs, 0);
    EXPECT_EQ(found[0].endNs, 19 * 15);
    EXPECT_EQ(found[0].handOverNs, 19 * 5);
    EXPECT_EQ(found[0].heldNs, 19 * 10);
}

TEST(Convoys, NeedManyHandoversInARow) {
    TimelineBuilder build(10'000);
    ThreadId a = build.thread("a"), b = build.thread("b"), c = build.thread("c");
    LockId mu = build.lock("mu");
    for (int i = 0; i < 40; ++i) {
        int64_t at = 200 * i;
        build.hold(a, mu, at, at + 50);
        build.wait(i % 2 ? b : c, mu, at + 10, at + 50);
    }
    Holders holders(build.timeline);
    EXPECT_TRUE(convoys(build.timeline, holders).empty()) << "between two waits nobody waited";
}

TEST(Starvation, IsBeingOvertakenAgainAndAgain) {
    TimelineBuilder build(1000);
    ThreadId greedy = build.thread("greedy"), also = build.thread("also"), poor = build.thread("poor");
    LockId mu = build.lock("mu");
    for (int i = 0; i < 20; ++i) build.hold(i % 2 ? greedy : also, mu, 20 * i, 20 * i + 15);
    build.wait(poor, mu, 5, 396);
    build.hold(poor, mu, 396, 400, {}, true);
    build.wait(also, mu, 398, 401);
    Holders holders(build.timeline);
    std::vector<Starvation> found = starvation(build.timeline, holders);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0], (Starvation{mu, poor, 0, 19, 2, 391}));
}

TEST(Upkeep, CountsUncontendedPairsAndMovesBetweenThreads) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId own = build.lock("own"), shared = build.lock("shared");
    for (int i = 0; i < 10; ++i) build.hold(a, own, 20 * i, 20 * i + 5);
    for (int i = 0; i < 10; ++i) build.hold(i % 2 ? a : b, shared, 20 * i + 10, 20 * i + 15);
    std::vector<Upkeep> rows = upkeep(build.timeline);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].lock, shared) << "the costlier first";
    EXPECT_EQ(rows[0].moves, 10u);
    EXPECT_EQ(rows[0].lowNs, 10 * (12 + 40));
    EXPECT_EQ(rows[1], (Upkeep{own, 10, 0, 120, 250}));
}

TEST(LockHabits, CountsOfABrokenRecordingCostNoNegativeTime) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 0, 10);
    build.timeline.locks[0].acquisitions = UINT64_MAX;
    const std::vector<Upkeep> rows = upkeep(build.timeline);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_GT(rows[0].lowNs, 0);
    EXPECT_GT(rows[0].highNs, 0);
}

}  // namespace
}  // namespace raddle::trace
