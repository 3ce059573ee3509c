// What begins or ends an object's life, against those who use the object.
#include <gmock/gmock.h>

#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kDestroyed = R"(
global @mu : pthread_mutex_t mutex
func worker() {
  acquire @mu
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken
  initLock @mu mutex
  spawn %t = worker()
  destroyLock @mu
  join %t
}
)";

TEST(Lifetime, AMutexDestroyedWhileAThreadMayLockIt) {
    EXPECT_EQ(found(kDestroyed), Names{"race-unprotected-access at destroyLock @mu"});
}

TEST(Lifetime, NotAfterTheJoin) {
    EXPECT_EQ(found(with(kDestroyed, "  destroyLock @mu\n  join %t", "  join %t\n  destroyLock @mu")), kNothing);
}

TEST(Lifetime, LockingAgainstLockingIsNoRace) {
    EXPECT_EQ(found(with(kDestroyed, "destroyLock @mu", "acquire @mu\n  release @mu")), kNothing);
}

TEST(Lifetime, AMutexMadeAfterTheThreadThatLocksIt) {
    EXPECT_EQ(found(with(kDestroyed, "  initLock @mu mutex\n  spawn %t = worker()\n  destroyLock @mu",
                         "  spawn %t = worker()\n  initLock @mu mutex")),
              Names{"race-unprotected-access at initLock @mu mutex"});
}

TEST(Lifetime, ABarrierDestroyedWhileAThreadMayComeToIt) {
    EXPECT_EQ(found(R"(
global @b : pthread_barrier_t
func worker() {
  barrier @b
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  destroyLock @b
  join %t
}
)"),
              Names{"race-unprotected-access at destroyLock @b"});
}

// The lock of one element is not that of another.
TEST(Lifetime, NotOneLockOfMany) {
    EXPECT_EQ(found(with(with(kDestroyed, "acquire @mu\n  release @mu", "acquire @mu[?]\n  release @mu[?]"),
                         "destroyLock @mu", "destroyLock @mu[?]")),
              kNothing);
}

// A join whose handle tells nothing may have waited for all who use the lock.
TEST(Lifetime, NotAfterAJoinOfWhoKnowsWhom) {
    EXPECT_EQ(found(with(with(kDestroyed, "local %t : pthread_t taken", "local %t : pthread_t taken, %u : pthread_t*"),
                         "  destroyLock @mu\n  join %t", "  join *%u\n  destroyLock @mu")),
              kNothing);
}

TEST(Lifetime, WhatAGlobalPointsToFreedInUse) {
    const std::string text = R"(
global @p : int*
func worker() {
  store *@p = 1
  ret
}
func main() {
  local %t : pthread_t taken
  alloc @p
  spawn %t = worker()
  free *@p
  join %t
}
)";
    EXPECT_EQ(found(text), Names{"race-unprotected-access at free *@p"});
    EXPECT_EQ(found(with(text, "  free *@p\n  join %t", "  join %t\n  free *@p")), kNothing);
}

// A pointer that also leads to a variable does not when it is freed.
TEST(Lifetime, VariablesAreNotFreed) {
    EXPECT_EQ(found(R"(
global @p : int*
global @x : int
func worker() {
  load @x
  ret
}
func main() {
  local %t : pthread_t taken
  store @p = &@x
  spawn %t = worker()
  free *@p
  join %t
}
)"),
              kNothing);
}

TEST(Lifetime, AThreadLocalByNameAndByPointer) {
    const std::string text = R"(
global @mine : int threadLocal
func worker(%p : int*) {
  store *%p = 1
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker(&@mine)
  store @mine = 2
  join %t
}
)";
    EXPECT_EQ(found(text), Names{"race-unprotected-access at store @mine = 2"});
    EXPECT_EQ(found(with(text, "  store *%p = 1", "  store @mine = 1")), kNothing);
    // A pointer to one's own is no pointer to another's.
    EXPECT_EQ(found(with(with(text, "worker(&@mine)", "worker(0)"), "  store *%p = 1",
                         "  store %p = &@mine\n  store *%p = 1")),
              kNothing);
}

TEST(Lifetime, ADescriptorClosedWhileItIsUsed) {
    const std::string text = R"(
global @fd : int
func worker() {
  load @fd.$open relaxed
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  store @fd.$open = ?
  join %t
}
)";
    EXPECT_EQ(found(text), Names{"race-unprotected-access at store @fd.$open = ?"});
    EXPECT_EQ(found(with(text, "  store @fd.$open = ?\n  join %t", "  join %t\n  store @fd.$open = ?")), kNothing);
    // To mean another file from one moment to the next leaves a file to use.
    EXPECT_EQ(found(with(text, "store @fd.$open = ?", "store @fd.$open = ? relaxed")), kNothing);
    EXPECT_EQ(found(with(with(text, "load @fd.$open", "load @fd[?].$open"), "store @fd.$open", "store @fd[?].$open")),
              kNothing);
}

}  // namespace
}  // namespace raddle::test
