#include "core/support/gathered_set.h"

#include <gtest/gtest.h>

#include <vector>

namespace raddle {
namespace {

std::vector<int> elementsOf(const GatheredSet<int>& set) {
    return {set.begin(), set.end()};
}

TEST(GatheredSet, HoldsEachElementOnceInOrderWhenSettled) {
    GatheredSet<int> set;
    for (int round = 0; round < 50; ++round)
        for (int i : {5, 3, 3, 9, 1}) set.add(i);
    set.settle();
    EXPECT_EQ(elementsOf(set), (std::vector<int>{1, 3, 5, 9}));
    set.add(4);
    set.settle();
    EXPECT_EQ(elementsOf(set), (std::vector<int>{1, 3, 4, 5, 9}));
}

TEST(GatheredSet, OfNothingIsEmpty) {
    GatheredSet<int> set;
    set.settle();
    EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace raddle
