// What annotations say of locks: believed of functions that are not there, and held against what code does.
#include <gmock/gmock.h>

#include "analyzer/check/race/race_checks.h"
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

std::vector<std::string> messages(const std::string& text) {
    const Analysed program(text);
    std::vector<std::string> result;
    for (const Finding& finding : check::checkAnnotatedGuards(program.facts)) result.push_back(finding.message);
    return result;
}

const std::string kGuarded = R"(
contract guarded "Meter::total_" formal 0 member "Meter::mu_"
func add(%this : Meter*) {
  acquire %this->Meter::mu_
  store %this->Meter::total_ = ?
  release %this->Meter::mu_
  ret
}
)";

TEST(Annotations, GuardedMemberIsAccessedWithItsLock) {
    EXPECT_THAT(messages(kGuarded), testing::IsEmpty());
    EXPECT_THAT(messages(kGuarded + R"(
func get(%this : Meter*) {
  load %this->Meter::total_
  ret
}
)"),
                testing::ElementsAre("get reads `Meter::total_`, which is annotated as guarded by `Meter::mu_`, "
                                     "holding no lock"));
}

TEST(Annotations, NotInAFunctionThatIsExempt) {
    EXPECT_THAT(messages(kGuarded + R"(
contract unchecked get
func get(%this : Meter*) {
  load %this->Meter::total_
  ret
}
)"),
                testing::IsEmpty());
}

TEST(Annotations, WhatAFunctionNeedsIsHeldWhenClientsCallIt) {
    EXPECT_THAT(messages(kGuarded + R"(
contract needs getLocked formal 0 member "Meter::mu_"
func getLocked(%this : Meter*) {
  load %this->Meter::total_
  ret
}
)"),
                testing::IsEmpty());
}

TEST(Annotations, AFunctionThatIsNotThereDoesWhatItSays) {
    const std::string program = kGuarded + R"ir(
contract acquires "Meter::enter()" formal 0 member "Meter::mu_"
contract releases "Meter::leave()" formal 0 member "Meter::mu_"
func get(%this : Meter*) {
  call "Meter::enter()"(%this)
  load %this->Meter::total_
  call "Meter::leave()"(%this)
  ret
}
)ir";
    EXPECT_THAT(messages(program), testing::IsEmpty());
}

TEST(Annotations, ReadersMayShareTheLockWritersMayNot) {
    const auto touching = [](const std::string& access) {
        return kGuarded + "func touch(%this : Meter*) {\n  acquire %this->Meter::mu_ rwlock shared\n  " + access +
               "\n  release %this->Meter::mu_\n  ret\n}\n";
    };
    EXPECT_THAT(messages(touching("load %this->Meter::total_")), testing::IsEmpty());
    EXPECT_THAT(messages(touching("store %this->Meter::total_ = 1")), testing::SizeIs(1));
}

}  // namespace
}  // namespace raddle::test
