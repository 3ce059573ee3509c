#include "trace/read/sampled_holds.h"

#include <gtest/gtest.h>

namespace raddle::trace {
namespace {

TEST(SampledHolds, AFewInterruptedOnesDoNotMakeTheMean) {
    SampledHolds holds;
    EXPECT_TRUE(holds.isEmpty());
    EXPECT_EQ(holds.meanNs(), 0);
    for (int i = 0; i < 1000; ++i) holds.add(90 + i % 21);
    for (int i = 0; i < 5; ++i) holds.add(10'000'000);
    EXPECT_NEAR(holds.meanNs(), 100, 1);
}

TEST(SampledHolds, LongOnesThatAreNotRareCount) {
    SampledHolds holds;
    for (int i = 0; i < 1000; ++i) holds.add(i % 10 == 0 ? 1'000'000 : 100);
    EXPECT_NEAR(holds.meanNs(), 96'000, 2'000);
}

TEST(SampledHolds, OfFewAllCount) {
    SampledHolds holds;
    for (int64_t ns : {100, 100, 1000}) holds.add(ns);
    EXPECT_DOUBLE_EQ(holds.meanNs(), 400);
}

}  // namespace
}  // namespace raddle::trace
