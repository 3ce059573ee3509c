// What programs say of races they mean, and of order that cannot be seen.
#include <gmock/gmock.h>

#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kRacy = R"(
global @x : int
global @y : int
func worker() {
  store @x = 1
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  store @x = 2
  join %t
}
)";

const Names kFound{"race-unprotected-access at store @x = 2"};

TEST(MeantRaces, MutedWritesAreMeant) {
    EXPECT_EQ(found(kRacy), kFound);
    EXPECT_EQ(found(with(kRacy, "  store @x = 1", "  mute\n  store @x = 1\n  unmute")), kNothing);
}

TEST(MeantRaces, MutingReadsMutesNoWrites) {
    EXPECT_EQ(found(with(kRacy, "  store @x = 1", "  mute shared\n  store @x = 1\n  unmute shared")), kFound);
}

TEST(MeantRaces, WhatComesAfterTheMuteCounts) {
    EXPECT_EQ(found(with(kRacy, "  store @x = 1", "  mute\n  unmute\n  store @x = 1")), kFound);
}

TEST(MeantRaces, AMuteHoldsInWhatIsCalled) {
    const std::string called = with(kRacy, "func worker() {\n  store @x = 1\n", R"(func set() {
  store @x = 1
  ret
}
func worker() {
  mute
  call set()
  unmute
)");
    EXPECT_EQ(found(called), kNothing);
    EXPECT_EQ(found(with(called, "  mute\n", "")), kFound);
}

// Muted on one way only: the other counts.
TEST(MeantRaces, AMuteOnOneWayOnly) {
    EXPECT_EQ(
        found(with(kRacy, "  store @x = 1", "  br ? quiet loud\nquiet:\n  mute\n  goto loud\nloud:\n  store @x = 1")),
        kFound);
}

TEST(MeantRaces, RacesOnABenignObjectAreMeant) {
    EXPECT_EQ(found(with(kRacy, "  spawn", "  benign @x\n  spawn")), kNothing);
    EXPECT_EQ(found(with(kRacy, "  spawn", "  benign @y\n  spawn")), kFound);
}

TEST(MeantRaces, AnUncheckedFunctionMeansItsOwnAccessesOnly) {
    EXPECT_EQ(found(with(kRacy, "func worker() {", "func worker() unchecked {")), kNothing);
    const std::string calls = with(kRacy, "func worker() {\n  store @x = 1\n", R"(func set() {
  store @x = 1
  ret
}
func worker() unchecked {
  call set()
)");
    EXPECT_EQ(found(calls), kFound);
}

}  // namespace
}  // namespace raddle::test
