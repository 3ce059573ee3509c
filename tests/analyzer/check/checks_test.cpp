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

const std::string kSplit = R"(
global @mu : pthread_mutex_t mutex
global @balance : int
func withdraw() {
  local %now : int
  acquire @mu
  load @balance
  store %now = @balance uses @balance
  release @mu
  acquire @mu
  store @balance = ? uses %now
  release @mu
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = withdraw()
  spawn %b = withdraw()
}
)";

TEST(LockSplit, WrittenFromWhatWasReadUnderAnEarlierHold) {
    EXPECT_EQ(found(kSplit), Names{"atomicity-lock-split at store @balance = ? uses %now"});
}

TEST(LockSplit, WhereALockFunctionTakesTheLock) {
    const std::string wrapped = with(with(kSplit, "  acquire @mu\n  load", "  call lock()\n  load"),
                                     "  acquire @mu\n  store", "  call lock()\n  store") +
                                "func lock() {\n  acquire @mu\n  ret\n}\n";
    EXPECT_EQ(found(wrapped), Names{"atomicity-lock-split at store @balance = ? uses %now"});
    EXPECT_EQ(found(with(wrapped, "  release @mu\n  call lock()\n", "")), kNothing);
}

TEST(LockSplit, NotUnderOneHold) {
    EXPECT_EQ(found(with(kSplit, "  release @mu\n  acquire @mu\n", "")), kNothing);
}

TEST(LockSplit, NotWhenReadAgain) {
    EXPECT_EQ(
        found(with(kSplit, "  store @balance = ? uses %now", "  load @balance\n  store @balance = ? uses @balance")),
        kNothing);
}

// `if (state != 0) return; state = 1; unlock(); …; lock(); state = 0;`
TEST(LockSplit, NotWhenTheReaderMarksItUnderTheFirstHold) {
    const std::string marks = R"(
global @mu : pthread_mutex_t mutex
global @state : int
func withdraw() {
  acquire @mu
  load @state
  br @state == 0 uses @state free taken
free:
  store @state = 1
  release @mu
  call work() opaque
  acquire @mu
  store @state = 0
  goto taken
taken:
  release @mu
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = withdraw()
  spawn %b = withdraw()
}
)";
    EXPECT_EQ(found(marks), kNothing);
    EXPECT_EQ(found(with(marks, "  store @state = 1\n", "")), Names{"atomicity-lock-split at store @state = 0"});
}

// The answer is a constant, and a constant variable: which one hangs on what was read.
const std::string kFull = R"(
global @mu : pthread_mutex_t mutex
global @used : int
func full() {
  local %answer : int name "%return", %error : int
  store %error = 0
  acquire @mu
  load @used
  br @used == 9 uses @used yes no
yes:
  store %error = 1
  goto no
no:
  release @mu
  store %answer = %error uses %error
  ret %answer
}
func bump() {
  load @used
  store @used = ? uses @used
  ret
}
func take() {
  acquire @mu
  call bump()
  release @mu
  ret
}
func worker() {
  local %is : int
  call full() -> %is
  br %is != 0 uses %is out on
on:
  call take()
  goto out
out:
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)";

TEST(LockSplit, ThroughAnAnswerAndTwoCalls) {
    EXPECT_EQ(found(kFull), Names{"atomicity-lock-split at store @used = ? uses @used"});
}

TEST(LockSplit, NotWhenTheCalleeLooksForItself) {
    EXPECT_EQ(found(with(kFull, "  load @used\n  store @used = ? uses @used\n  ret",
                         "  load @used\n  br @used == 9 end more\nmore:\n  store @used = ? uses @used\n"
                         "  goto end\nend:\n  ret")),
              kNothing);
}

TEST(LockSplit, NotAFlagThatIsOnlySet) {
    EXPECT_EQ(found(with(kFull, "  load @used\n  store @used = ? uses @used\n", "  store @used = 9\n")), kNothing);
}

// An assertion on what was read decides only whether the program goes on.
TEST(LockSplit, NotPastAnAssertion) {
    const std::string asserted = with(kFull, "br %is != 0 uses %is out on", "br %is != 0 uses %is failed on");
    EXPECT_EQ(found(with(asserted, "  goto out\nout:", "  goto out\nfailed:\n  call abort() opaque\n  leave\nout:")),
              kNothing);
}

const std::string kLost = R"(
global @count : int
func add() {
  local %n : int
  load @count seqCst
  store %n = @count uses @count
  store @count = ? seqCst uses %n
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = add()
  spawn %b = add()
}
)";

TEST(AtomicLoadStore, StoresWhatItComputedFromALoad) {
    EXPECT_EQ(found(kLost), Names{"atomicity-load-store at store @count = ? seqCst uses %n"});
}

TEST(AtomicLoadStore, NotAsOneStep) {
    EXPECT_EQ(found(with(kLost, "  store @count = ? seqCst uses %n", "  rmw @count seqCst")), kNothing);
}

TEST(AtomicLoadStore, NotByTheOnlyWriter) {
    EXPECT_EQ(found(with(with(kLost, "  spawn %b = add()\n", ""), "local %a", "local %c, %a")), kNothing);
}

// `if (atLimit()) return; open = open + 1` by two functions.
const std::string kLimit = R"(
global @open : int
func at() {
  local %n : int name "%return"
  load @open seqCst
  store %n = @open uses @open
  ret %n
}
func enter() {
  local %n : int, %old : int
  call at() -> %n
  br %n == 9 uses %n out in
in:
  rmw @open seqCst
  goto out
out:
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = enter()
  spawn %b = enter()
}
)";

TEST(AtomicLoadStore, ALimitCheckedThroughAGetterBeforeTheAddition) {
    EXPECT_EQ(found(kLimit), Names{"atomicity-load-store at rmw @open seqCst"});
}

TEST(AtomicLoadStore, NotWhenTheAdditionsResultIsLookedAt) {
    EXPECT_EQ(found(with(kLimit, "  rmw @open seqCst\n", "  rmw @open seqCst\n  store %old = ? uses @open\n")),
              kNothing);
}

const std::string kOnce = R"(
global @started : int
global @other : int
func start() {
  load @started seqCst
  br @started == 0 uses @started first out
first:
  call work() opaque
  store @started = 1 seqCst
  goto out
out:
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = start()
  spawn %b = start()
}
)";

TEST(AtomicLoadStore, AFlagThatLetsOnlyTheFirstWork) {
    EXPECT_EQ(found(kOnce), Names{"atomicity-load-store at store @started = 1 seqCst"});
}

TEST(AtomicLoadStore, NotAFlagNobodyActsOn) {
    EXPECT_EQ(found(with(kOnce, "  call work() opaque\n", "")), kNothing);
}

// `while (started == 0) { work(); started = 1; }` asks whether to go on, not who is first.
TEST(AtomicLoadStore, NotAStopFlagOfALoop) {
    const std::string loop = with(kOnce, "func start() {\n", "func start() {\nagain:\n");
    EXPECT_EQ(found(with(loop, "seqCst\n  goto out", "seqCst\n  goto again")), kNothing);
}

// What several threads would compute alike may be stored by each; a new object is another each time.
TEST(AtomicLoadStore, NotACachedAnswerButANewObject) {
    const std::string made = with(kOnce, "func start() {\n", "func start() {\n  local %v : int\n");
    EXPECT_EQ(found(with(made, "  call work() opaque\n  store @started = 1 seqCst",
                         "  call work() -> %v opaque\n  store @started = %v seqCst uses %v")),
              kNothing);
    EXPECT_EQ(found(with(made, "  call work() opaque\n  store @started = 1 seqCst",
                         "  alloc %v\n  store @started = %v seqCst uses %v"))
                  .size(),
              1u);
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

TEST(WaitWithoutLoop, NotWithAPredicateOrATimeLimit) {
    EXPECT_EQ(found(with(kWait, "wait @ready(&@mu)", "wait @ready(&@mu) looped")), kNothing);
    EXPECT_EQ(found(with(kWait, "wait @ready(&@mu)", "wait @ready(&@mu) timed")), kNothing);
}

}  // namespace
}  // namespace raddle::test
