// Misuse of conditions, handles and locks.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kWait = R"(
global @mu : pthread_mutex_t mutex
global @nu : pthread_mutex_t mutex
global @ready : pthread_cond_t
global @x : int
func worker() {
  acquire @mu
  goto again
again:
  load @x
  br @x == 0 sleep done
sleep:
  wait @ready(&@mu)
  goto again
done:
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @mu
  store @x = 1
  signal @ready
  release @mu
  join %t
}
)";

TEST(WaitLock, NotHeld) {
    EXPECT_EQ(found(kWait), kNothing);
    EXPECT_EQ(found(with(kWait, "  wait @ready(&@mu)\n", "  release @mu\n  wait @ready(&@mu)\n  acquire @mu\n"))
                  .count("misuse-wait-lock at wait @ready(&@mu)"),
              1u);
}

TEST(WaitLock, AnotherOneThanOfAnotherWait) {
    const std::string two = with(kWait, "  acquire @mu\n  store @x = 1\n",
                                 "  acquire @nu\n  goto more\nmore:\n  br ? nap on\nnap:\n  wait @ready(&@nu)\n  goto "
                                 "more\non:\n  release @nu\n  acquire @mu\n  store @x = 1\n");
    EXPECT_EQ(found(two), Names{"misuse-wait-lock at wait @ready(&@mu)"});
}

const std::string kAtomic = with(
    with(with(kWait, "  load @x\n", "  load @x seqCst\n"),
         "  acquire @mu\n  store @x = 1\n  signal @ready\n  release @mu\n", "  store @x = 1 seqCst\n  signal @ready\n"),
    "global @x : int", "global @x : std::atomic");

TEST(LostSignal, AtomicChangedWithoutTheMutex) {
    EXPECT_EQ(found(kAtomic), Names{"misuse-lost-signal at store @x = 1 seqCst"});
}

TEST(LostSignal, NotWhenTheMutexIsTakenInBetween) {
    EXPECT_EQ(found(with(kAtomic, "  signal @ready\n", "  acquire @mu\n  release @mu\n  signal @ready\n")), kNothing);
}

TEST(LostSignal, NotWhenTheMutexIsHeld) {
    EXPECT_EQ(found(with(with(kAtomic, "  store @x", "  acquire @mu\n  store @x"), "  join", "  release @mu\n  join")),
              kNothing);
}

TEST(LostSignal, NotForAWaitWithATimeLimit) {
    EXPECT_EQ(found(with(kAtomic, "wait @ready(&@mu)", "wait @ready(&@mu) timed")), kNothing);
}

const std::string kTry = R"(
global @mu : pthread_mutex_t mutex
func main() {
  local %got : int
  acquire @mu -> %got try
  br ? yes no
yes:
  release @mu conditional
no:
  ret
}
)";

TEST(TrylockIgnored, OutcomeNotLookedAt) {
    EXPECT_EQ(found(kTry).count("misuse-trylock-ignored at acquire @mu -> %got try"), 1u);
}

TEST(TrylockIgnored, NotWhenItDecides) {
    EXPECT_EQ(found(with(kTry, "br ? yes", "br %got == 0 yes")), kNothing);
}

const std::string kHandle = R"(
func worker() {
  ret
}
func main() {
  local %t : std::thread
  spawn %t = worker()
  br ? early on
early:
  free %t
  ret
on:
  join %t
  free %t
  ret
}
)";

TEST(ThreadHandles, DestroyedWhileJoinable) {
    EXPECT_EQ(found(kHandle), Names{"misuse-thread-joinable at free %t"});
}

TEST(ThreadHandles, NotWhenDetachedJoinedMovedOrAsked) {
    EXPECT_EQ(found(with(kHandle, "early:\n", "early:\n  detach %t\n")), kNothing);
    EXPECT_EQ(found(with(kHandle, "early:\n", "early:\n  join %t\n")), kNothing);
    EXPECT_EQ(found(with(with(kHandle, "early:\n", "early:\n  store %u = %t\n  join %u\n"), "std::thread\n",
                         "std::thread, %u : std::thread\n")),
              kNothing);
    EXPECT_EQ(found(with(kHandle, "br ? early on", "br ? uses %t early on")), kNothing);
}

TEST(ThreadHandles, AssignedToWhileJoinable) {
    EXPECT_EQ(found(with(with(kHandle, "  br ? early on\nearly:\n  free %t\n  ret\non:\n",
                              "  spawn %u = worker()\n  store %t = %u\n  free %u\n"),
                         "std::thread\n", "std::thread, %u : std::thread\n")),
              Names{"misuse-thread-joinable at store %t = %u"});
}

TEST(ThreadHandles, JoinedTwice) {
    EXPECT_EQ(found(with(with(kHandle, "early:\n", "early:\n  join %t\n"), "on:\n  join %t\n",
                         "on:\n  join %t\n  join %t\n")),
              Names{"misuse-join-twice at join %t"});
    EXPECT_EQ(found(with(with(kHandle, "early:\n", "early:\n  join %t\n"), "on:\n  join %t\n",
                         "on:\n  join %t\n  spawn %t = worker()\n  join %t\n")),
              kNothing);
}

const std::string kDestroy = R"(
global @mu : pthread_mutex_t mutex
func worker() {
  acquire @mu
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  destroyLock @mu
}
)";

TEST(LockLifetime, DestroyedWhileHeldOrUsedAgain) {
    const std::string joined = with(kDestroy, "  destroyLock @mu\n", "  join %t\n  acquire @mu\n  destroyLock @mu\n");
    EXPECT_EQ(found(joined).count("misuse-lock-destroyed at destroyLock @mu"), 1u);
    const std::string again =
        with(kDestroy, "  destroyLock @mu\n", "  join %t\n  destroyLock @mu\n  acquire @mu\n  release @mu\n");
    EXPECT_EQ(found(again), Names{"misuse-lock-destroyed at destroyLock @mu"});
    EXPECT_EQ(
        found(with(again, "  acquire @mu\n  release @mu\n}", "  initLock @mu mutex\n  acquire @mu\n  release @mu\n}")),
        kNothing);
}

const std::string kFork = R"(
global @mu : pthread_mutex_t mutex
func worker() {
  acquire @mu
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken, %pid : int
  spawn %t = worker()
  call fork() -> %pid
  br %pid == 0 child parent
child:
  acquire @mu
  release @mu
  ret
parent:
  join %t
  ret
}
)";

TEST(ForkLocked, ChildTakesALockOfAnotherThread) {
    EXPECT_EQ(found(kFork), Names{"deadlock-fork at call fork() -> %pid"});
}

TEST(ForkLocked, NotWhenTheChildRunsAnotherProgram) {
    EXPECT_EQ(found(with(kFork, "child:\n", "child:\n  call execv()\n")), kNothing);
}

TEST(ForkLocked, NotInTheParent) {
    EXPECT_EQ(found(with(kFork, "== 0 child parent", "== 0 parent child")), kNothing);
}

TEST(ForkLocked, NotBeforeTheThreadIsStarted) {
    EXPECT_EQ(found(with(with(kFork, "  spawn %t = worker()\n", ""), "parent:\n", "parent:\n  spawn %t = worker()\n")),
              kNothing);
}

const std::string kBlocking = R"(
global @mu : pthread_mutex_t mutex
func worker() {
  acquire @mu
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @mu
  call sleep(1) blocks
  release @mu
  join %t
}
)";

TEST(BlockingCall, UnderALockThatAnotherThreadTakes) {
    EXPECT_EQ(found(kBlocking), Names{"misuse-blocking-call at call sleep(1) blocks"});
}

TEST(BlockingCall, NotWithoutTheLockOrWhenNobodyElseTakesIt) {
    EXPECT_EQ(
        found(with(kBlocking, "  call sleep(1) blocks\n  release @mu\n", "  release @mu\n  call sleep(1) blocks\n")),
        kNothing);
    EXPECT_EQ(found(with(kBlocking, "  acquire @mu\n  release @mu\n", "")), kNothing);
}

}  // namespace
}  // namespace raddle::test
