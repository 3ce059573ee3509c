// Each check on a program that has what it looks for, and on one that differs as little as possible and has not.
#include <gmock/gmock.h>

#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kRace = R"(
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
  load @x
  join %t
}
)";

TEST(Races, WriteUnderALockAndReadWithout) {
    EXPECT_EQ(found(kRace), Names{"race-unprotected-access at store @x = 1"});
}

TEST(Races, NotUnderACommonLock) {
    EXPECT_EQ(found(with(kRace, "  load @x", "  acquire @mu\n  load @x\n  release @mu")), kNothing);
}

TEST(Races, NotAfterTheJoin) {
    EXPECT_EQ(found(with(kRace, "  load @x\n  join %t", "  join %t\n  load @x")), kNothing);
}

TEST(Races, NotBetweenReads) {
    EXPECT_EQ(found(with(kRace, "store @x = 1", "load @x")), kNothing);
}

TEST(Races, NotBetweenAtomics) {
    const std::string half = with(kRace, "load @x", "load @x seqCst");
    EXPECT_EQ(found(half).size(), 1u);
    EXPECT_EQ(found(with(half, "store @x = 1", "store @x = 1 seqCst")), kNothing);
}

TEST(Races, NotUnderTwoDifferentLocksOnly) {
    const std::string other = with(kRace, "global @mu", "global @nu : pthread_mutex_t mutex\nglobal @mu");
    EXPECT_EQ(found(with(other, "  load @x", "  acquire @nu\n  load @x\n  release @nu")).size(), 1u);
}

TEST(Races, SharedModeGuardsReadsOnly) {
    const auto program = [](const std::string& access) {
        return R"(
global @rw : pthread_rwlock_t rwlock
global @x : int
func worker() {
  acquire @rw rwlock shared
  )" + access +
               R"(
  release @rw
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)";
    };
    EXPECT_EQ(found(program("load @x")), kNothing);
    EXPECT_EQ(found(program("store @x = 1")), Names{"race-unprotected-access at store @x = 1"});
}

TEST(Races, EachObjectByItsOwnLock) {
    const std::string program = R"(
global @a : Node
global @b : Node
func worker(%n : Node*) {
  acquire %n->Node::mu mutex
  store %n->Node::value = 1
  release %n->Node::mu
  ret
}
func main() {
  local %s : pthread_t taken, %t : pthread_t taken
  spawn %s = worker(&@a)
  spawn %t = worker(&@a)
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "acquire %n->Node::mu mutex", "acquire @b.Node::mu mutex")).size(), 2u);
}

TEST(Races, OtherFieldOfTheSameObject) {
    const std::string program = R"(
global @pair : Pair
func worker() {
  store @pair.Pair::first = 1
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  store @pair.Pair::second = 2
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "Pair::second", "Pair::first")).size(), 1u);
    EXPECT_EQ(found(with(program, "@pair.Pair::second = 2", "@pair = ?")).size(), 1u);
}

TEST(Races, OtherElementOfTheSameArray) {
    const std::string program = R"(
global @cells : int
func worker() {
  store @cells[0] = 1
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  store @cells[1] = 2
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "@cells[1]", "@cells[0]")).size(), 1u);
    EXPECT_EQ(found(with(program, "@cells[1]", "@cells[?]")).size(), 1u);
}

TEST(Races, PublishedByAFlag) {
    const std::string program = R"(
global @ready : int
global @x : int
func worker() {
  store @x = 1
  store @ready = 1 release
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
again:
  load @ready acquire
  br @ready == 0 again done
done:
  load @x
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "store @ready = 1 release", "store @ready = 1 relaxed")),
              Names{"race-unprotected-access at store @x = 1"});
    EXPECT_EQ(found(with(program, "load @ready acquire", "load @ready relaxed")),
              Names{"race-unprotected-access at store @x = 1"});
}

TEST(Races, HandedOverBySemaphores) {
    const std::string program = R"(
global @empty : sem_t
global @full : sem_t
global @x : int
func producer() {
again:
  await @empty flag
  store @x = 1
  signal @full flag
  goto again
}
func main() {
  local %t : pthread_t taken
  signal @empty flag
  spawn %t = producer()
again:
  await @full flag
  load @x
  signal @empty flag
  goto again
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "  await @full flag\n", "")), Names{"race-unprotected-access at store @x = 1"});
}

TEST(Races, SemaphoreThatLetsInOneAtATime) {
    const std::string program = R"(
global @slot : sem_t
global @x : int
func worker() {
  await @slot flag
  store @x = 1
  signal @slot flag
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  initLock @slot(1) flag
  spawn %a = worker()
  spawn %b = worker()
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "@slot(1)", "@slot(?)")), kNothing);
    EXPECT_EQ(found(with(with(program, "@slot(1)", "@slot(0)"), "worker()\n}", "worker()\n  signal @slot flag\n}")),
              kNothing);
    const Names race{"race-unprotected-access at store @x = 1"};
    EXPECT_EQ(found(with(program, "@slot(1)", "@slot(2)")), race);
    EXPECT_EQ(found(with(program, "worker()\n}", "worker()\n  signal @slot flag\n}")), race);
}

TEST(Races, ElementOfANumberThatIsGivenOutOnce) {
    const std::string program = R"(
global @next : int
global @slots
func worker() {
  local %i : int
  rmw @next seqCst
  store %i = @next + -1 uses @next init
  store @slots[%i] = 1
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)";
    EXPECT_EQ(found(program), kNothing);
    const Names race{"race-unprotected-access at store @slots[%i] = 1"};
    EXPECT_EQ(found(with(program, "%i = @next + -1", "%i = ?")), race);
    EXPECT_EQ(found(with(program, "  spawn %b = worker()\n", "  spawn %b = worker()\n  store @slots[3] = 1\n")),
              Names{"race-unprotected-access at store @slots[3] = 1"});
}

TEST(Races, KeptApartByABarrier) {
    const std::string program = R"(
global @phase : pthread_barrier_t
global @x : int
func worker(%leads : int) {
  br %leads == 0 waits leads
leads:
  store @x = 1
  goto waits
waits:
  barrier @phase
  load @x
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker(1)
  spawn %b = worker(0)
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "  barrier @phase\n", "")), Names{"race-unprotected-access at store @x = 1"});
}

const std::string kCycle = R"(
global @a : pthread_mutex_t mutex
global @b : pthread_mutex_t mutex
func worker() {
  acquire @a
  acquire @b
  release @b
  release @a
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  acquire @b
  acquire @a
  release @a
  release @b
  join %t
}
)";

TEST(LockOrder, TwoLocksInBothOrders) {
    const Names cycle = found(kCycle);
    ASSERT_EQ(cycle.size(), 1u);
    EXPECT_THAT(*cycle.begin(), testing::StartsWith("deadlock-lock-order at acquire @"));
}

TEST(LockOrder, NotInOneOrder) {
    EXPECT_EQ(found(with(kCycle, "  acquire @b\n  acquire @a", "  acquire @a\n  acquire @b")), kNothing);
}

TEST(LockOrder, NotUnderAGate) {
    std::string gated = with(kCycle, "global @a", "global @gate : pthread_mutex_t mutex\nglobal @a");
    gated = with(gated, "  acquire @a\n  acquire @b", "  acquire @gate\n  acquire @a\n  acquire @b");
    gated = with(gated, "  release @a\n  ret", "  release @a\n  release @gate\n  ret");
    EXPECT_EQ(found(gated).size(), 1u);
    gated = with(gated, "  acquire @b\n  acquire @a", "  acquire @gate\n  acquire @b\n  acquire @a");
    gated = with(gated, "  release @b\n  join", "  release @b\n  release @gate\n  join");
    EXPECT_EQ(found(gated), kNothing);
}

TEST(LockOrder, NotAfterTheJoin) {
    EXPECT_EQ(found(with(with(kCycle, "  join %t\n", ""), "  acquire @b\n  acquire @a",
                         "  join %t\n  acquire @b\n  acquire @a")),
              kNothing);
}

TEST(LockOrder, NotWhenOneIsOnlyTried) {
    EXPECT_EQ(found(with(with(kCycle, "acquire @b\n  acquire @a",
                              "acquire @b\n  acquire @a -> %got try success 0\n  "
                              "br %got == 0 got end\ngot:"),
                         "  release @b\n  join %t", "  goto end\nend:\n  release @b\n  join %t")
                        .replace(kCycle.find("local %t"), 8, "local %got : int, %t")),
              kNothing);
}

TEST(LockOrder, NotWhenTakenAsAGroup) {
    EXPECT_EQ(
        found(with(kCycle, "acquire @b\n  acquire @a", "acquire @b grouped at 99:1\n  acquire @a grouped at 99:1")),
        kNothing);
}

TEST(LockOrder, ThreeLocksInARing) {
    const auto program = [](const std::string& last) {
        return R"(
global @a : pthread_mutex_t mutex
global @b : pthread_mutex_t mutex
global @c : pthread_mutex_t mutex
func both(%first : pthread_mutex_t*, %second : pthread_mutex_t*) {
  acquire *%first
  acquire *%second
  release *%second
  release *%first
  ret
}
func one() {
  call both(&@a, &@b)
  ret
}
func two() {
  call both(&@b, &@c)
  ret
}
func main() {
  local %s : pthread_t taken, %t : pthread_t taken
  spawn %s = one()
  spawn %t = two()
  call both()" +
               last + R"()
}
)";
    };
    EXPECT_EQ(found(program("&@c, &@a")), Names{"deadlock-lock-order at acquire *%second"});
    EXPECT_EQ(found(program("&@a, &@c")), kNothing);
}

const std::string kAgain = R"(
global @mu : pthread_mutex_t mutex
func inner() {
  acquire @mu
  release @mu
  ret
}
func main() {
  acquire @mu
  call inner()
  release @mu
}
)";

TEST(SelfDeadlock, AcquiredAgainInACallee) {
    EXPECT_EQ(found(kAgain).count("deadlock-self at acquire @mu"), 1u);
}

TEST(SelfDeadlock, NotWhenRecursive) {
    EXPECT_EQ(found(with(kAgain, "pthread_mutex_t mutex", "pthread_mutex_t recursive")), kNothing);
}

TEST(SelfDeadlock, NotWhenReleasedBefore) {
    EXPECT_EQ(found(with(kAgain, "  call inner()\n  release @mu", "  release @mu\n  call inner()")), kNothing);
}

TEST(SelfDeadlock, UpgradeOfAReadLock) {
    const auto program = [](const std::string& second) {
        return R"(
global @rw : pthread_rwlock_t rwlock
func main() {
  acquire @rw rwlock shared
  acquire @rw rwlock)" +
               second + R"(
  release @rw
}
)";
    };
    EXPECT_EQ(found(program("")), Names{"deadlock-self at acquire @rw rwlock"});
    EXPECT_EQ(found(program(" shared")), kNothing);
}

const std::string kKept = R"(
global @mu : pthread_mutex_t mutex
func step() {
  acquire @mu
  br ? early late
early:
  ret 1
late:
  release @mu
  ret 0
}
func main() {
  call step()
}
)";

TEST(MissingUnlock, OneWayOutKeepsTheLock) {
    EXPECT_EQ(found(kKept), Names{"misuse-missing-unlock at ret 1"});
}

TEST(MissingUnlock, NotWhenAllWaysRelease) {
    EXPECT_EQ(found(with(kKept, "  ret 1", "  release @mu\n  ret 1")), kNothing);
}

TEST(MissingUnlock, NotWhenTheCallerReleases) {
    EXPECT_EQ(found(with(kKept, "  call step()",
                         "  local %r : int\n  call step() -> %r\n  br %r != 0 failed end\nfailed:\n  release @mu\n  "
                         "goto end\nend:")),
              kNothing);
}

TEST(MissingUnlock, ThreadThatEndsHolding) {
    const std::string program = R"(
global @mu : pthread_mutex_t mutex
func worker() {
  acquire @mu
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
}
)";
    EXPECT_EQ(found(program), Names{"misuse-missing-unlock at ret"});
    EXPECT_EQ(found(with(program, "  acquire @mu\n", "  acquire @mu\n  release @mu\n")), kNothing);
}

TEST(UnlockNotHeld, ReleasedTwice) {
    const std::string program = R"(
global @mu : pthread_mutex_t mutex
func main() {
  acquire @mu
  release @mu
  release @mu  // again
}
)";
    EXPECT_EQ(found(program), Names{"misuse-unlock-not-held at release @mu  // again"});
    EXPECT_EQ(found(with(program, "  release @mu  // again\n", "")), kNothing);
    EXPECT_EQ(found(with(program, "pthread_mutex_t mutex", "pthread_mutex_t recursive")).size(), 1u);
}

const std::string kWait = R"(
global @mu : pthread_mutex_t mutex
global @ready : pthread_cond_t
global @x : int
func main() {
  acquire @mu
  load @x
  br @x == 0 waits done
waits:
  wait @ready(&@mu)
  goto done
done:
  release @mu
}
)";

TEST(WaitWithoutLoop, Once) {
    EXPECT_EQ(found(kWait), Names{"misuse-wait-without-loop at wait @ready(&@mu)"});
}

TEST(WaitWithoutLoop, NotInALoop) {
    EXPECT_EQ(found(with(with(kWait, "  load @x\n", "  goto again\nagain:\n  load @x\n"),
                         "  goto done\ndone:", "  goto again\ndone:")),
              kNothing);
}

TEST(WaitWithoutLoop, NotWhereItIsTestedAgain) {
    const std::string again = with(kWait, "  goto done\ndone:\n", R"(  goto then
then:
  load @x
  br @x == 0 done use
use:
  store @x = 0
  goto done
done:
)");
    EXPECT_EQ(found(again), kNothing);
    EXPECT_EQ(found(with(again, "then:\n  load @x\n  br @x == 0 done use", "then:\n  br ? done use")).size(), 1u);
}

TEST(WaitWithoutLoop, NotInALoopThatReleasesAnotherLock) {
    const std::string loop = with(with(kWait, "  acquire @mu\n", "  acquire @mu\n  goto again\nagain:\n"),
                                  "  goto done\ndone:\n", "  acquire @other\n  release @other\n  goto again\ndone:\n");
    const std::string program = "global @other : pthread_mutex_t mutex\n" + loop;
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "  acquire @other\n  release @other", "  release @mu\n  acquire @mu")).size(), 1u);
}

TEST(WaitWithoutLoop, NotWithAPredicateOrATimeLimit) {
    EXPECT_EQ(found(with(kWait, "wait @ready(&@mu)", "wait @ready(&@mu) looped")), kNothing);
    EXPECT_EQ(found(with(kWait, "wait @ready(&@mu)", "wait @ready(&@mu) timed")), kNothing);
}

}  // namespace
}  // namespace raddle::test
