#include "core/support/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace raddle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Rows, KeepTheOrderThatElementsCameIn) {
    Rows<char> rows(4, {{2, 'b'}, {0, 'z'}, {2, 'a'}, {2, 'b'}, {3, 'c'}});
    EXPECT_THAT(rows.of(0), ElementsAre('z'));
    EXPECT_THAT(rows.of(1), IsEmpty());
    EXPECT_THAT(rows.of(2), ElementsAre('b', 'a', 'b'));
    EXPECT_THAT(rows.of(3), ElementsAre('c'));
}

TEST(Rows, WithoutElementsAreEmpty) {
    const Rows<int> rows(2, {});
    EXPECT_THAT(rows.of(0), IsEmpty());
    EXPECT_THAT(rows.of(1), IsEmpty());
}

}  // namespace
}  // namespace raddle
