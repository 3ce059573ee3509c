// The checks of atomicity, each on a program that has what it looks for, and on one that differs as little as possible
// and has not.
#include <gmock/gmock.h>

#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

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

const std::string kNumber = R"(
global @last : int
func next() {
  local %return : int name "%return"
  rmw @last seqCst
  load @last seqCst
  store %return = @last uses @last
  ret %return
}
func worker() {
  local %n : int
  call next() -> %n
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)";

TEST(AtomicReread, ANumberTakenByASecondStep) {
    EXPECT_EQ(found(kNumber), Names{"atomicity-reread at load @last seqCst"});
}

TEST(AtomicReread, NotWhatTheStepItselfTells) {
    EXPECT_EQ(found(with(kNumber, "  load @last seqCst\n", "")), kNothing);
}

TEST(AtomicReread, NotUnderOneLock) {
    const std::string locked =
        with(with(kNumber, "  rmw", "  acquire @mu\n  rmw"), "  ret %return", "  release @mu\n  ret %return");
    EXPECT_EQ(found("global @mu : pthread_mutex_t mutex\n" + locked), kNothing);
}

TEST(AtomicReread, NotWhereOneThreadAloneChangesIt) {
    EXPECT_EQ(found(with(kNumber, "  spawn %b = worker()\n", "")), kNothing);
}

TEST(AtomicReread, NotWhatIsOnlyShown) {
    EXPECT_EQ(found(with(kNumber, "  store %return = @last uses @last\n", "  call printf(@last) uses @last opaque\n")),
              kNothing);
}

const std::string kLastOut = R"(
global @users : int
global @buffer : Buffer*
func leave() {
  rmw @users seqCst
  load @users seqCst
  br @users == 0 uses @users last out
last:
  call close() opaque
  goto out
out:
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = leave()
  spawn %b = leave()
}
)";

TEST(AtomicReread, TheLastOneOut) {
    EXPECT_EQ(found(kLastOut), Names{"atomicity-reread at load @users seqCst"});
}

TEST(AtomicReread, NotASize) {
    EXPECT_EQ(found(with(kLastOut, "br @users == 0 uses", "br @users == 0 ordering uses")), kNothing);
}

TEST(AtomicReread, NotASignalThatMayComeTwice) {
    EXPECT_EQ(found(with(kLastOut, "  call close() opaque", "  signal @buffer broadcast")), kNothing);
}

TEST(AtomicReread, NotWhoWaitsForTheOthers) {
    const std::string waits = with(kLastOut, "  load @users seqCst\n", "  goto again\nagain:\n  load @users seqCst\n");
    EXPECT_EQ(found(with(waits, "  call close() opaque\n  goto out", "  call yield() opaque\n  goto again")), kNothing);
}

const std::string kLookUp = R"(
global @mu : pthread_mutex_t mutex
global @cache : Map
func visit() {
  acquire @mu
  load @cache.$state
  release @mu
  br ? uses @cache.$state missing out
missing:
  call make() opaque
  acquire @mu
  load @cache.$state
  store @cache.$state = ? conditional
  release @mu
  goto out
out:
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = visit()
  spawn %b = visit()
}
)";

TEST(LockSplit, NotAContainerThatLooksForItself) {
    EXPECT_EQ(found(kLookUp), kNothing);
    EXPECT_EQ(found(with(kLookUp, " conditional", "")), Names{"atomicity-lock-split at store @cache.$state = ?"});
}

const std::string kRange = R"(
global @mu : pthread_mutex_t mutex
global @low : int
global @high : int
func move() {
  acquire @mu
  store @low = ?
  store @high = ?
  release @mu
  ret
}
func width() {
  local %return : int name "%return", %l : int, %h : int
  acquire @mu
  load @low
  store %l = @low uses @low
  release @mu
  acquire @mu
  load @high
  store %h = @high uses @high
  release @mu
  store %return = ? uses %l, %h
  ret %return
}
func main() {
  local %a : pthread_t taken, %w : int
  spawn %a = move()
  call width() -> %w
  join %a
}
)";

TEST(SplitView, TwoEndsReadUnderTwoHolds) {
    EXPECT_EQ(found(kRange), Names{"atomicity-split-view at load @high"});
}

TEST(SplitView, NotUnderOneHold) {
    EXPECT_EQ(found(with(kRange, "  release @mu\n  acquire @mu\n  load @high", "  load @high")), kNothing);
}

TEST(SplitView, NotWhenOneChangesWithoutTheOther) {
    EXPECT_EQ(found(with(kRange, "  store @high = ?\n",
                         "  store @high = ?\n  release @mu\n  acquire @mu\n  store @low = ?\n")),
              kNothing);
}

TEST(SplitView, NotWhenTheyAreNotPutTogether) {
    EXPECT_EQ(found(with(kRange, "uses %l, %h", "uses %h")), kNothing);
}

TEST(SplitView, NotWhenNobodyChangesThemMeanwhile) {
    EXPECT_EQ(found(with(kRange, "  call width() -> %w\n  join %a\n", "  join %a\n  call width() -> %w\n")), kNothing);
}

}  // namespace
}  // namespace raddle::test
