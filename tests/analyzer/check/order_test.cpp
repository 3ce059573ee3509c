// Races ruled out because of the order in which threads start, take locks and end, beside the same program with as
// little changed as lets them race again.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kUnderCreatorsLock = R"(
global @mu : pthread_mutex_t mutex
global @x : int
global @other : pthread_t
global @helper : pthread_t
func locker() {
  acquire @mu
  store @x = 1
  release @mu
  ret
}
func helps() {
  store @x = 2
  ret
}
func main() {
  spawn @other = locker()
  acquire @mu
  spawn @helper = helps()
  join @helper
  release @mu
  ret
}
)";

TEST(CreatorsLock, KeepsOthersOutUntilTheJoin) {
    EXPECT_EQ(found(kUnderCreatorsLock), kNothing);
}

TEST(CreatorsLock, NotWhenReleasedBeforeTheJoin) {
    EXPECT_EQ(found(with(kUnderCreatorsLock, "  join @helper\n  release @mu", "  release @mu\n  join @helper")).size(),
              1u);
}

TEST(CreatorsLock, NotWhenTakenAfterTheStart) {
    EXPECT_EQ(found(with(kUnderCreatorsLock, "  acquire @mu\n  spawn @helper = helps()",
                         "  spawn @helper = helps()\n  acquire @mu"))
                  .size(),
              1u);
}

TEST(CreatorsLock, NotWhenAWaitReleasesIt) {
    const std::string waits = with(kUnderCreatorsLock, "global @x", "global @ready : pthread_cond_t\nglobal @x");
    EXPECT_EQ(found(with(waits, "  join @helper", "  wait @ready(&@mu) looped\n  join @helper")).size(), 1u);
}

TEST(CreatorsLock, NotWhenAnUnknownLockIsReleased) {
    const std::string unknown =
        with(kUnderCreatorsLock, "func main() {", "func main() {\n  local %p : pthread_mutex_t*");
    EXPECT_NE(found(with(unknown, "  join @helper", "  release *%p\n  join @helper")), found(unknown));
}

TEST(CreatorsLock, NotAgainstTheCreatorItself) {
    EXPECT_EQ(found(with(kUnderCreatorsLock, "  join @helper", "  store @x = 3\n  join @helper")).size(), 1u);
}

TEST(CreatorsLock, NotWhenTwoHelpersMeet) {
    std::string two = with(kUnderCreatorsLock, "global @helper", "global @second : pthread_t\nglobal @helper");
    two = with(two, "  join @helper", "  spawn @second = helps()\n  join @helper\n  join @second");
    EXPECT_EQ(found(two), Names{"race-unprotected-access at store @x = 2"});
}

TEST(CreatorsLock, NotWhenTheHelpersHelperOutlivesIt) {
    const std::string twice = with(kUnderCreatorsLock, "func helps() {\n  store @x = 2", R"(func deeper() {
  store @x = 2
  ret
}
func helps() {
  local %t : pthread_t taken
  spawn %t = deeper()
  join %t)");
    EXPECT_EQ(found(twice), kNothing);
    EXPECT_EQ(found(with(twice, "  join %t\n", "")).size(), 1u);
}

TEST(CreatorsLock, NotWhenOnlyShared) {
    std::string shared = with(kUnderCreatorsLock, "pthread_mutex_t mutex", "pthread_rwlock_t rwlock");
    shared = with(shared, "func main() {\n  spawn @other = locker()\n  acquire @mu",
                  "func main() {\n  spawn @other = locker()\n  acquire @mu rwlock shared");
    EXPECT_EQ(found(with(shared, "  acquire @mu\n  store", "  acquire @mu rwlock shared\n  store")).size(), 1u);
}

TEST(CreatorsLock, BothCreatorsHaveTheSame) {
    const std::string both = R"(
global @mu : pthread_mutex_t mutex
global @x : int
func helps() {
  store @x = 2
  ret
}
func other() {
  store @x = 3
  ret
}
func starter() {
  local %t : pthread_t taken
  acquire @mu
  spawn %t = other()
  join %t
  release @mu
  ret
}
func main() {
  local %s : pthread_t taken, %t : pthread_t taken
  spawn %s = starter()
  acquire @mu
  spawn %t = helps()
  join %t
  release @mu
  join %s
  ret
}
)";
    EXPECT_EQ(found(both), kNothing);
    EXPECT_EQ(found(with(both, "  join %t\n  release @mu\n  join %s", "  release @mu\n  join %t\n  join %s")).size(),
              1u);
}

const std::string kStartsHeld = R"(
global @mu : pthread_mutex_t mutex
global @x : int
func worker() {
  acquire @mu
  release @mu
  store @x = 1
  ret
}
func main() {
  local %t : pthread_t taken
  acquire @mu
  spawn %t = worker()
  store @x = 2
  release @mu
  ret
}
)";

TEST(StartGate, OpensWithTheRelease) {
    EXPECT_EQ(found(kStartsHeld), kNothing);
}

TEST(StartGate, NotForWhatComesAfterTheRelease) {
    EXPECT_EQ(found(with(kStartsHeld, "  store @x = 2\n  release @mu", "  release @mu\n  store @x = 2")).size(), 1u);
}

TEST(StartGate, NotForWhoDoesNotPassIt) {
    EXPECT_EQ(found(with(kStartsHeld, "  acquire @mu\n  release @mu\n", "")).size(), 1u);
}

TEST(StartGate, NotWhenReleasedAndTakenAgain) {
    EXPECT_EQ(found(with(kStartsHeld, "  store @x = 2", "  release @mu\n  acquire @mu\n  store @x = 2")).size(), 1u);
}

TEST(StartGate, NotWhenAlreadyStartedBefore) {
    EXPECT_EQ(
        found(with(kStartsHeld, "  acquire @mu\n  spawn", "  spawn %t = worker()\n  acquire @mu\n  spawn")).size(), 1u);
}

TEST(StartGate, KeepsAGrandchildBack) {
    const std::string grandchild = with(kStartsHeld, "  release @mu\n  store @x = 1", R"(  spawn %c = child()
  release @mu)");
    const std::string whole = with(with(grandchild, "func worker() {", "func worker() {\n  local %c : pthread_t taken"),
                                   "func worker", "func child() {\n  store @x = 1\n  ret\n}\nfunc worker");
    EXPECT_EQ(found(whole), kNothing);
    EXPECT_EQ(found(with(whole, "  acquire @mu\n  spawn %c = child()\n  release @mu",
                         "  spawn %c = child()\n  acquire @mu\n  release @mu"))
                  .size(),
              1u);
}

const std::string kGrandchild = R"(
global @x : int
func grandchild() {
  store @x = 1
  ret
}
func child() {
  local %g : pthread_t taken
  spawn %g = grandchild()
  ret
}
func main() {
  local %c : pthread_t taken
  spawn %c = child()
  join %c
  store @x = 2
  ret
}
)";

TEST(Outliving, ThreadsThatAJoinedThreadStarted) {
    EXPECT_EQ(found(kGrandchild).size(), 1u);
}

TEST(Outliving, NotWhenItJoinsThemBeforeItEnds) {
    EXPECT_EQ(found(with(kGrandchild, "  spawn %g = grandchild()", "  spawn %g = grandchild()\n  join %g")), kNothing);
}

TEST(Outliving, ThreadsStartedByOneThatExits) {
    EXPECT_EQ(
        found(with(kGrandchild, "  spawn %g = grandchild()\n  ret", "  spawn %g = grandchild()\n  exitThread")).size(),
        1u);
}

TEST(JoinedByAnother, AThreadWithAHandleThatBothKnow) {
    const std::string program = R"(
global @x : int
global @handle : pthread_t
func worker() {
  store @x = 1
  ret
}
func starter() {
  spawn @handle = worker()
  ret
}
func main() {
  local %s : pthread_t taken
  spawn %s = starter()
  join @handle
  store @x = 2
  ret
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "  join @handle\n  store @x = 2", "  store @x = 2\n  join @handle")).size(), 1u);
    // One handle for two threads: which of them has been joined?
    EXPECT_EQ(
        found(with(program, "  spawn @handle = worker()", "  spawn @handle = worker()\n  spawn @handle = worker()"))
            .size(),
        1u);
}

const std::string kBarrier = R"(
global @b : pthread_barrier_t
global @x : int
func worker() {
  store @x = 1
  barrier @b
  ret
}
func main() {
  local %t : pthread_t taken
  initLock @b(2)
  spawn %t = worker()
  barrier @b
  store @x = 2
  ret
}
)";

TEST(BarrierForAll, OrdersWhatComesBeforeAndAfter) {
    EXPECT_EQ(found(kBarrier), kNothing);
    EXPECT_EQ(found(with(kBarrier, "  barrier @b\n  store @x = 2", "  store @x = 2\n  barrier @b")).size(), 1u);
    EXPECT_EQ(found(with(kBarrier, "  store @x = 1\n  barrier @b", "  barrier @b\n  store @x = 1")).size(), 1u);
}

TEST(BarrierForAll, OfSeveralThreadsThatStartAlike) {
    const std::string two = with(kBarrier, "  spawn %t = worker()", "  spawn %t = worker()\n  spawn %t = worker()");
    EXPECT_EQ(found(with(with(two, "initLock @b(2)", "initLock @b(3)"), "store @x = 1", "load @x")), kNothing);
    EXPECT_EQ(found(with(two, "store @x = 1", "load @x")).size(), 1u);
}

TEST(BarrierForAll, NotWhenMoreComeThanItWaitsFor) {
    EXPECT_EQ(found(with(kBarrier, "  spawn %t = worker()", "  spawn %t = worker()\n  spawn %t = worker()")).size(),
              1u);
    EXPECT_EQ(found(with(kBarrier, "initLock @b(2)", "initLock @b(1)")).size(), 1u);
    EXPECT_EQ(found(with(kBarrier, "initLock @b(2)", "initLock @b(?)")).size(), 1u);
}

const std::string kFences = R"(
global @ready : "std::atomic"
global @x : int
func worker() {
  store @x = 1
  fence release
  store @ready = 1 relaxed
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
again:
  load @ready relaxed
  br @ready done again
done:
  fence acquire
  load @x
  ret
}
)";

TEST(Fences, MakeARelaxedFlagPublish) {
    EXPECT_EQ(found(kFences), kNothing);
    EXPECT_EQ(found(with(kFences, "  fence release\n", "")).size(), 1u);
    EXPECT_EQ(found(with(kFences, "  fence acquire\n", "")).size(), 1u);
    EXPECT_EQ(found(with(kFences, "  fence release", "  fence acquire")).size(), 1u);
    EXPECT_EQ(found(with(kFences, "  store @x = 1\n  fence release", "  fence release\n  store @x = 1")).size(), 1u);
}

// Whether a thread was started goes with a flag that is set in several ways where it was not.
const std::string kJoinedUnderAFlag = R"(
global @x : int
func worker() {
  store @x = 1
  ret
}
func main() {
  local %t : pthread_t taken, %on : int
  br ? start skip
start:
  store %on = 0
  spawn %t = worker()
  goto end
skip:
  br ? one two
one:
  store %on = 1
  goto end
two:
  store %on = 2
  goto end
end:
  br %on == 0 join done
join:
  join %t
  goto done
done:
  store @x = 2
}
)";

TEST(Joins, UnderAFlagThatIsNeverZeroElsewhere) {
    EXPECT_EQ(found(kJoinedUnderAFlag), kNothing);
    EXPECT_EQ(found(with(kJoinedUnderAFlag, "store %on = 2", "store %on = ?")), kNothing);
    EXPECT_NE(found(with(kJoinedUnderAFlag, "store %on = 0", "store %on = ?")), kNothing);
    EXPECT_NE(found(with(kJoinedUnderAFlag, "store %on = 0", "store %on = 1")), kNothing);
}

// A flag that is changed while the threads run, together with another that then says to join them.
const std::string kJoinedUnderTwoFlags = R"(
global @x : int
func worker() {
  store @x = 1
  ret
}
func main() {
  local %t : pthread_t taken, %off : int, %switched : int
  store %switched = 0
  br %off == 0 start checked
start:
  spawn %t = worker()
  br ? fails checked
fails:
  store %off = 1
  store %switched = 1
  goto checked
checked:
  br %off == 0 join other
other:
  br %switched == 0 done join
join:
  join %t
  goto done
done:
  store @x = 2
}
)";

TEST(Joins, UnderEitherOfTwoFlags) {
    EXPECT_EQ(found(kJoinedUnderTwoFlags), kNothing);
    EXPECT_NE(found(with(kJoinedUnderTwoFlags, "  store %switched = 1\n", "")), kNothing);
}

// Made once by whoever comes first: the flag is plain, and looked at and set under the lock.
const std::string kOnceUnderALock = R"(
global @mu : pthread_mutex_t mutex
global @made : int
global @x : int
func make() {
  acquire @mu
  load @made
  br @made != 0 out first
first:
  store @made = 1
  store @x = 1
  goto out
out:
  release @mu
  ret
}
func worker() {
  call make()
  load @x
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken
  spawn %t = worker()
  spawn %u = worker()
  ret
}
)";

TEST(OnceUnderALock, ComesBeforeWhoHasSeenTheFlagUnderTheLock) {
    EXPECT_EQ(found(kOnceUnderALock), kNothing);
    EXPECT_NE(found(with(with(kOnceUnderALock, "spawn %u = worker", "spawn %u = reader"), "func main",
                         "func reader() {\n  load @x\n  ret\n}\nfunc main")),
              kNothing);
    EXPECT_NE(
        found(with(kOnceUnderALock, "  load @x\n", "  acquire @mu\n  store @made = 0\n  release @mu\n  load @x\n")),
        kNothing);
    // After the section anybody may see it.
    EXPECT_NE(found(with(kOnceUnderALock, "  goto out\nout:\n  release @mu\n",
                         "  goto out\nout:\n  release @mu\n  store @x = 2\n")),
              kNothing);
    EXPECT_NE(found(with(kOnceUnderALock, "  load @made\n  br @made != 0 out first", "  goto first")), kNothing);
}

}  // namespace
}  // namespace raddle::test
