// Descriptors whose channel is known carry order from who sends to who receives; others carry none. And the variables
// that each thread has for itself.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

const char* const kPipe = R"(
global @ends : int
global @x : int
func worker() {
  store @x = 1                        // [before]
  signal @ends[1].$channel conditional
  store @x = 2                        // [after]
  ret
}
func main() {
  local %t : pthread_t taken
  alloc @ends[0].$channel
  spawn %t = worker()
  await @ends[0].$channel conditional
  load @x                             // [received]
  join %t
}
)";

TEST(Channels, WhoReceivesComesAfterWhoSends) {
    Analysed program(kPipe);
    EXPECT_EQ(program.observed("received"), Names{"object allocated at line 12"});
    EXPECT_EQ(program.published("before"), Names{});
    EXPECT_EQ(program.published("after"), Names{"object allocated at line 12"});
}

// Two files that happen to lie in one array.
TEST(Channels, DescriptorsOfNoKnownChannelOrderNothing) {
    std::string text = kPipe;
    text.erase(text.find("  alloc"), text.find("  spawn") - text.find("  alloc"));
    Analysed program(text);
    EXPECT_EQ(program.observed("received"), Names{});
    EXPECT_EQ(program.published("after"), Names{});
}

// A descriptor that may be the end of one pipe or of another.
TEST(Channels, OneOfSeveralOrdersNothing) {
    std::string text = kPipe;
    text.replace(text.find("  spawn"), 0, "  alloc @ends[0].$channel\n");
    EXPECT_EQ(Analysed(text).observed("received"), Names{});
}

TEST(ThreadLocals, AreSeenWhenTheirAddressIsGivenAway) {
    Analysed program(R"(
global @own : int threadLocal
global @given : int threadLocal
func worker(%p : int*) {
  store *%p = 1  // [pointer]
  store @own = 1  // [hidden]
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker(&@given)
  store @given = 2  // [name]
  join %t
}
)");
    EXPECT_EQ(program.locations("pointer"), Names{"given"});
    EXPECT_EQ(program.locations("name"), Names{"given"});
    EXPECT_EQ(program.locations("hidden"), Names{});
}

}  // namespace
}  // namespace raddle::test
