#include "trace/timeline/text_format.h"

#include <gtest/gtest.h>

namespace raddle::trace {
namespace {

TEST(TextFormat, TimesHaveThreeDigitsAndAUnit) {
    EXPECT_EQ(humanTime(0), "0");
    EXPECT_EQ(humanTime(812), "812 ns");
    EXPECT_EQ(humanTime(4'310), "4.31 µs");
    EXPECT_EQ(humanTime(40'040'000), "40.0 ms");
    EXPECT_EQ(humanTime(999'999), "1.00 ms");
    EXPECT_EQ(humanTime(123'400'000'000), "123 s");
    EXPECT_EQ(humanTime(-5'000), "-5.00 µs");
}

TEST(TextFormat, CountsAreGrouped) {
    EXPECT_EQ(humanCount(7), "7");
    EXPECT_EQ(humanCount(123), "123");
    EXPECT_EQ(humanCount(1'234'567), "1,234,567");
}

TEST(TextFormat, LongNamesLoseTheirMiddle) {
    EXPECT_EQ(shortened("abcdefghij", 10), "abcdefghij");
    EXPECT_EQ(shortened("abcdefghijk", 10), "abcd…ghijk");
    EXPECT_EQ(shortened("äöüäöüäöüäö", 5), "äö…äö");
}

TEST(TextFormat, PlainNamesHaveNoParameters) {
    EXPECT_EQ(plainName("q->mu #1 in push(Queue*)"), "q->mu #1 in push()");
    EXPECT_EQ(plainName("Queue::push(int, std::vector<int> const&)"), "Queue::push()");
    EXPECT_EQ(plainName("Queue<int>::push(int)"), "Queue<>::push()");
    EXPECT_EQ(plainName("main"), "main");
    EXPECT_EQ(plainName("(anonymous namespace)::work(int)"), "(anonymous namespace)::work()");
    EXPECT_EQ(plainName("operator<<(A, B)"), "operator<<()");
    EXPECT_EQ(plainName("A::operator()(int) const"), "A::operator()() const");
    EXPECT_EQ(plainName("mutex #3 in Queue::push()"), "mutex #3 in Queue::push()");
}

}  // namespace
}  // namespace raddle::trace
