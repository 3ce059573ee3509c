#include "core/support/gathered_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace raddle {
namespace {

TEST(GatheredSet, HoldsEachElementOnceInOrderWhenSettled) {
    GatheredSet<int> set;
    for (int round = 0; round < 50; ++round)
        for (int i : {5, 3, 3, 9, 1}) set.add(i);
    set.settle();
    EXPECT_THAT(set, testing::ElementsAre(1, 3, 5, 9));
    set.add(4);
    set.settle();
    EXPECT_THAT(set, testing::ElementsAre(1, 3, 4, 5, 9));
}

TEST(GatheredSet, OfNothingIsEmpty) {
    GatheredSet<int> set;
    set.settle();
    EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace raddle
