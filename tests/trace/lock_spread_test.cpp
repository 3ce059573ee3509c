#include "trace/tables/lock_spread.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

using test::TimelineBuilder;

TEST(LockSpread, MedianAndWhatTheUnluckyGet) {
    TimelineBuilder build(1'000'000);
    ThreadId a = build.thread("a");
    LockId mu = build.lock("mu"), unused = build.lock("unused");
    for (int64_t i = 1; i <= 100; ++i) {
        build.hold(a, mu, 1000 * i, 1000 * i + i);  // 1 to 100 ns
        build.wait(a, mu, 1000 * i + 500, 1000 * i + 510);
    }
    build.timeline.threads[0].holds.back().beginUnknown = true;
    std::vector<LockSpread> spreads = lockSpreads(build.timeline);
    ASSERT_EQ(spreads.size(), 2u);
    EXPECT_EQ(spreads[mu.index()], (LockSpread{10, 10, 50, 99}))
        << "99 holds count: of the last the begin is not known";
    EXPECT_EQ(spreads[unused.index()], LockSpread());
    EXPECT_EQ(lockSpreads(build.timeline, 0, 11'000)[0].medianHoldNs, 5);
}

TEST(LockSpread, OfOneValueIsThatValue) {
    TimelineBuilder build(1000);
    build.hold(build.thread("a"), build.lock("mu"), 100, 140);
    EXPECT_EQ(lockSpreads(build.timeline)[0], (LockSpread{0, 0, 40, 40}));
}

}  // namespace
}  // namespace raddle::trace
