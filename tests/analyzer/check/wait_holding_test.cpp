// Waiting under a lock that the other side needs.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kJoin = R"(
global @mu : pthread_mutex_t mutex
global @x : int
func worker() {
  acquire @mu
  store @x = 1
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @mu
  join %t
  release @mu
}
)";

TEST(WaitHolding, JoinOfAThreadThatTakesTheLock) {
    EXPECT_EQ(found(kJoin), Names{"deadlock-wait-holding at join %t"});
}

TEST(WaitHolding, NotAfterTheRelease) {
    EXPECT_EQ(found(with(kJoin, "  join %t\n  release @mu", "  release @mu\n  join %t")), kNothing);
}

TEST(WaitHolding, NotOfAnotherThread) {
    const std::string two = with(kJoin, "func main() {", "func idle() {\n  ret\n}\nfunc main() {");
    EXPECT_EQ(found(with(two, "  spawn %t = worker()\n", "  spawn %t = idle()\n")), kNothing);
}

TEST(WaitHolding, NotWhenTheThreadOnlyTries) {
    EXPECT_EQ(found(with(kJoin, "  acquire @mu\n  store @x = 1\n  release @mu\n",
                         "  local %got : int\n  acquire @mu -> %got try success 1\n  br %got no yes\nno:\n  ret\nyes:\n"
                         "  release @mu\n"))
                  .count("deadlock-wait-holding at join %t"),
              0u);
}

TEST(WaitHolding, NotBetweenReaders) {
    std::string text = kJoin;
    for (int i = 0; i < 2; ++i) text = with(text, "acquire @mu\n", "acquire @mu shared rwlock\n");
    EXPECT_EQ(found(text).count("deadlock-wait-holding at join %t"), 0u);
}

const std::string kSemaphore = R"(
global @mu : pthread_mutex_t mutex
global @ready : sem_t
func worker() {
  acquire @mu
  release @mu
  signal @ready flag
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @mu
  await @ready flag
  release @mu
  join %t
}
)";

TEST(WaitHolding, SemaphorePostedBehindTheLock) {
    EXPECT_EQ(found(kSemaphore), Names{"deadlock-wait-holding at await @ready flag"});
}

TEST(WaitHolding, NotWhenPostedBeforeTheLock) {
    EXPECT_EQ(found(with(kSemaphore, "  acquire @mu\n  release @mu\n  signal @ready flag\n",
                         "  signal @ready flag\n  acquire @mu\n  release @mu\n")),
              kNothing);
}

TEST(WaitHolding, NotWhenTheLockIsPassedBy) {
    EXPECT_EQ(found(with(kSemaphore, "  acquire @mu\n  release @mu\n",
                         "  br ? yes no\nyes:\n  acquire @mu\n  release @mu\n  goto no\nno:\n")),
              kNothing);
}

TEST(WaitHolding, NotWithATimeLimit) {
    EXPECT_EQ(found(with(kSemaphore, "await @ready flag", "await @ready flag timed")), kNothing);
}

TEST(WaitHolding, NotWhenTheSemaphoreIsAMutex) {
    EXPECT_EQ(found(with(kSemaphore, "  signal @ready flag\n", "  await @ready flag\n  signal @ready flag\n")),
              kNothing);
}

const std::string kCondition = R"(
global @state : pthread_mutex_t mutex
global @queue : pthread_mutex_t mutex
global @filled : pthread_cond_t
global @count : int
func worker() {
  acquire @state
  acquire @queue
  store @count = 1
  signal @filled
  release @queue
  release @state
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @state
  acquire @queue
  goto again
again:
  load @count
  br @count == 0 sleep done
sleep:
  wait @filled(&@queue)
  goto again
done:
  release @queue
  release @state
  join %t
}
)";

TEST(WaitHolding, ConditionUnderASecondLockThatTheSignallerNeeds) {
    EXPECT_EQ(found(kCondition), Names{"deadlock-wait-holding at wait @filled(&@queue)"});
}

TEST(WaitHolding, NotOverItsOwnLock) {
    std::string text = kCondition;
    for (int i = 0; i < 2; ++i) text = with(with(text, "  acquire @state\n", ""), "  release @state\n", "");
    EXPECT_EQ(found(text), kNothing);
}

const std::string kBarrier = R"(
global @mu : pthread_mutex_t mutex
global @all : pthread_barrier_t
func worker() {
  acquire @mu
  release @mu
  barrier @all
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @mu
  barrier @all
  release @mu
  join %t
}
)";

TEST(WaitHolding, BarrierThatOthersReachThroughTheLock) {
    EXPECT_EQ(found(kBarrier), Names{"deadlock-wait-holding at barrier @all"});
}

TEST(WaitHolding, NotBeforeTheBarrier) {
    EXPECT_EQ(found(with(kBarrier, "  barrier @all\n  release @mu\n  join", "  release @mu\n  barrier @all\n  join")),
              kNothing);
}

}  // namespace
}  // namespace raddle::test
