// Calls by which programs tell race detectors what they mean.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerAnnotations, HappensBeforeAndAfter) {
    EXPECT_EQ(lowered(R"(
void AnnotateHappensBefore(const char*, int, void*);
void AnnotateHappensAfter(const char*, int, void*);
int ready;
void f() {
    AnnotateHappensBefore(__FILE__, __LINE__, &ready);
    AnnotateHappensAfter(__FILE__, __LINE__, &ready);
}
)",
                      "f", ".c"),
              R"ir(  signal @ready
  await @ready
  ret %return
)ir");
}

TEST(LowerAnnotations, LocksOfAProjectsOwn) {
    EXPECT_EQ(lowered(R"(
void MY_AnnotateRWLockAcquired(const char*, int, void*, long writes);
void MY_AnnotateRWLockReleased(const char*, int, void*, long writes);
int mine;
void f() {
    MY_AnnotateRWLockAcquired("", 0, &mine, 1);
    MY_AnnotateRWLockReleased("", 0, &mine, 1);
    MY_AnnotateRWLockAcquired("", 0, &mine, 0);
}
)",
                      "f", ".c"),
              R"ir(  acquire @mine rwlock
  release @mine
  acquire @mine rwlock shared
  ret %return
)ir");
}

TEST(LowerAnnotations, IgnoredAccessesAndBenignRaces) {
    EXPECT_EQ(lowered(R"(
void AnnotateIgnoreReadsBegin(const char*, int);
void AnnotateIgnoreReadsEnd(const char*, int);
void AnnotateIgnoreWritesBegin(const char*, int);
void AnnotateBenignRaceSized(const char*, int, void*, unsigned long, const char*);
int hits;
void f() {
    AnnotateBenignRaceSized("", 0, &hits, sizeof hits, "statistics");
    AnnotateIgnoreReadsBegin("", 0);
    AnnotateIgnoreReadsEnd("", 0);
    AnnotateIgnoreWritesBegin("", 0);
}
)",
                      "f", ".c"),
              R"ir(  benign @hits
  mute shared
  unmute shared
  mute
  ret %return
)ir");
}

TEST(LowerAnnotations, AFunctionNotToBeSanitized) {
    const ir::Unit unit = unitFrom(R"(
int hits;
__attribute__((no_sanitize("thread"))) void count() { ++hits; }
__attribute__((no_sanitize("address"))) void other() { ++hits; }
)");
    ASSERT_EQ(unit.functions.size(), 2u);
    EXPECT_TRUE(unit.functions[0].unchecked);
    EXPECT_FALSE(unit.functions[1].unchecked);
}

}  // namespace
}  // namespace raddle::test
