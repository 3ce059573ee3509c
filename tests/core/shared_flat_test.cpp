#include "core/support/shared_flat.h"

#include <gtest/gtest.h>

namespace raddle {
namespace {

TEST(SharedSet, KeepsElementsSortedAndOnce) {
    SharedSet<int> set{3, 1, 2, 1};
    EXPECT_TRUE(std::equal(set.begin(), set.end(), std::vector{1, 2, 3}.begin()));
    EXPECT_EQ(set.size(), 3u);
    EXPECT_FALSE(set.insert(2).second);
    EXPECT_TRUE(set.contains(3));
    EXPECT_FALSE(set.contains(4));
}

TEST(SharedSet, AChangeLeavesCopiesAlone) {
    SharedSet<int> set{1, 2};
    SharedSet<int> copy = set;
    EXPECT_EQ(set.begin(), copy.begin());  // shared
    copy.insert(3);
    set.erase(1);
    EXPECT_EQ(set, (SharedSet<int>{2}));
    EXPECT_EQ(copy, (SharedSet<int>{1, 2, 3}));
    copy.clear();
    EXPECT_TRUE(copy.empty());
    EXPECT_EQ(set.size(), 1u);
}

TEST(SharedSet, SaysWhetherAJoinChangedIt) {
    SharedSet<int> set{1, 3};
    EXPECT_FALSE(set.unite(set));
    EXPECT_FALSE(set.unite(SharedSet<int>{3}));
    EXPECT_TRUE(set.unite(SharedSet<int>{2, 3}));
    EXPECT_EQ(set, (SharedSet<int>{1, 2, 3}));
    EXPECT_FALSE(set.intersect(SharedSet<int>{1, 2, 3, 4}));
    EXPECT_TRUE(set.intersect(SharedSet<int>{2}));
    EXPECT_EQ(set, (SharedSet<int>{2}));
    EXPECT_TRUE(set.intersect({}));
    EXPECT_EQ(set, SharedSet<int>{});
}

TEST(SharedSet, SharesWhatAJoinMakesEqual) {
    const SharedSet<int> all{1, 2, 3};
    SharedSet<int> equal{1, 2, 3}, part{2}, other{4};
    EXPECT_FALSE(equal.unite(all));
    EXPECT_TRUE(equal.isSame(all));
    EXPECT_TRUE(part.unite(all));
    EXPECT_TRUE(part.isSame(all));
    EXPECT_TRUE(other.unite(all));
    EXPECT_EQ(other, (SharedSet<int>{1, 2, 3, 4}));
    part.insert(0);
    EXPECT_EQ(all, (SharedSet<int>{1, 2, 3}));
    EXPECT_EQ(equal, all);
}

TEST(SharedSet, EmptyOnesAreEqualHoweverTheyCameToBe) {
    SharedSet<int> emptied{1};
    EXPECT_EQ(emptied.erase(1), 1u);
    EXPECT_EQ(emptied.erase(1), 0u);
    EXPECT_EQ(emptied, SharedSet<int>{});
    EXPECT_EQ(erase_if(emptied, [](int) { return true; }), 0u);
}

TEST(SharedMap, LooksUpInsertsAndErases) {
    SharedMap<int, char> map;
    map[2] = 'b';
    EXPECT_TRUE(map.emplace(1, 'a').second);
    EXPECT_FALSE(map.emplace(1, 'x').second);
    EXPECT_EQ(map.find(1)->second, 'a');
    EXPECT_EQ(map.find(3), map.end());
    EXPECT_EQ(map.lower_bound(2)->second, 'b');
    EXPECT_EQ(map.erase(1), 1u);
    EXPECT_EQ(map.size(), 1u);
}

TEST(SharedMap, AChangeLeavesCopiesAlone) {
    SharedMap<int, char> map;
    map[1] = 'a';
    map[2] = 'b';
    const SharedMap<int, char> copy = map;
    map[1] = 'c';
    EXPECT_EQ(copy.find(1)->second, 'a');
    map.changeEach([](int, char& value) { value = 'd'; });
    EXPECT_EQ(map.find(2)->second, 'd');
    EXPECT_EQ(erase_if(map, [](const auto& element) { return element.first == 1; }), 1u);
    EXPECT_EQ(copy.size(), 2u);
    EXPECT_FALSE(map == copy);
}

}  // namespace
}  // namespace raddle
