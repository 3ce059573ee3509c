// Which locks are surely held at an access, through calls, branches and modes.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

TEST(Locks, HeldBetweenAcquireAndRelease) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func main() {
  store @x = 0  // [before]
  acquire @mu
  store @x = 1  // [inside]
  release @mu
  store @x = 2  // [after]
}
)");
    EXPECT_EQ(program.locksAt("before"), Names{""});
    EXPECT_EQ(program.locksAt("inside"), Names{"mu"});
    EXPECT_EQ(program.locksAt("after"), Names{""});
}

TEST(Locks, OneWayWithAndOneWithout) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func main() {
  br ? locks skips
locks:
  acquire @mu
  goto end
skips:
  goto end
end:
  store @x = 1  // [end]
}
)");
    EXPECT_EQ(program.locksAt("end"), (Names{"", "mu"}));
}

TEST(Locks, WrapperThatLocksItsFormal) {
    Analysed program(R"(
global @a : Mutex
global @b : Mutex
global @x : int
func lock(%m : Mutex*) {
  acquire %m->Mutex::handle
  ret
}
func unlock(%m : Mutex*) {
  release %m->Mutex::handle
  ret
}
func main() {
  call lock(&@a)
  store @x = 1  // [a]
  call unlock(&@a)
  call lock(&@b)
  store @x = 2  // [b]
  call unlock(&@b)
  store @x = 3  // [none]
}
)");
    EXPECT_EQ(program.locksAt("a"), Names{"a.handle"});
    EXPECT_EQ(program.locksAt("b"), Names{"b.handle"});
    EXPECT_EQ(program.locksAt("none"), Names{""});
}

TEST(Locks, CalleeKnowsWhatItsCallersHold) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func step() {
  store @x = 1  // [step]
  ret
}
func always() {
  store @x = 1  // [always]
  ret
}
func main() {
  acquire @mu
  call step()
  call always()
  release @mu
  call step()
}
)");
    EXPECT_EQ(program.locksAt("step"), (Names{"", "mu"}));
    EXPECT_EQ(program.locksAt("always"), Names{"mu"});
}

TEST(Locks, ConditionalOnAFlag) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func update(%threaded : int) {
  br %threaded == 0 plain locks
locks:
  acquire @mu
  goto plain
plain:
  store @x = 1  // [inside]
  br %threaded == 0 done unlocks
unlocks:
  release @mu  // [release]
  goto done
done:
  store @x = 2  // [after]
  ret
}
func main() {
  local %flag : int
  store %flag = ?
  call update(%flag)
}
)");
    EXPECT_EQ(program.locksAt("inside"), (Names{"", "mu"}));
    EXPECT_EQ(program.locksAt("after"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, ConditionalOnAConstantArgument) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func update(%threaded : int) {
  br %threaded == 0 plain locks
locks:
  acquire @mu
  goto plain
plain:
  store @x = 1  // [inside]
  ret
}
func main() {
  call update(1)
}
)");
    EXPECT_EQ(program.locksAt("inside"), Names{"mu"});
}

TEST(Locks, TryLockBySuccess) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func main() {
  local %got : int
  acquire @mu -> %got try success 0
  br %got == 0 yes no
yes:
  store @x = 1  // [yes]
  release @mu   // [release]
  goto end
no:
  store @x = 2  // [no]
  goto end
end:
  store @x = 3  // [end]
}
)");
    EXPECT_EQ(program.locksAt("yes"), Names{"mu"});
    EXPECT_EQ(program.locksAt("no"), Names{""});
    EXPECT_EQ(program.locksAt("end"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, TryLockThatReturnsATruthValue) {
    Analysed program(R"(
global @mu : std::mutex mutex
global @x : int
func main() {
  local %got : bool
  acquire @mu -> %got mutex try success 1
  br %got != 0 yes no
yes:
  store @x = 1  // [yes]
  release @mu   // [release]
  goto no
no:
  store @x = 3  // [no]
}
)");
    EXPECT_EQ(program.locksAt("yes"), Names{"mu"});
    EXPECT_EQ(program.locksAt("no"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, TryLockInAWrapperThatReturnsIt) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func enter() {
  local %got : int
  acquire @mu -> %got try success 1
  ret %got
}
func main() {
  local %in : int
  call enter() -> %in
  br %in != 0 yes no
yes:
  store @x = 1  // [yes]
  release @mu   // [release]
  goto no
no:
  store @x = 2  // [no]
}
)");
    EXPECT_EQ(program.locksAt("yes"), Names{"mu"});
    EXPECT_EQ(program.locksAt("no"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, UncheckedTryLockMayHaveFailed) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
func main() {
  local %got : int
  acquire @mu -> %got try success 1
  store @x = 1  // [inside]
  release @mu   // [release]
}
)");
    EXPECT_EQ(program.locksAt("inside"), (Names{"", "mu"}));
    EXPECT_EQ(program.unheldReleases(), Names{"release"});
}

TEST(Locks, RecursiveIsHeldUntilTheLastRelease) {
    Analysed program(R"(
global @mu : pthread_mutex_t recursive
global @x : int
func main() {
  acquire @mu
  acquire @mu
  release @mu
  store @x = 1  // [once]
  release @mu
  store @x = 2  // [free]
}
)");
    EXPECT_EQ(program.locksAt("once"), Names{"mu"});
    EXPECT_EQ(program.locksAt("free"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, MadeRecursiveWhenInitialised) {
    const auto program = [](const std::string& kind) {
        return R"(
global @mu : pthread_mutex_t mutex
global @x : int
func main() {
  initLock @mu = )" +
               kind + R"( mutex
  acquire @mu
  acquire @mu
  release @mu
  store @x = 1  // [once]
}
)";
    };
    EXPECT_EQ(Analysed(program("1")).locksAt("once"), Names{"mu"});
    // Whoever takes one twice that is not recursive goes no further.
    EXPECT_EQ(Analysed(program("0")).locksAt("once"), Names{});
}

TEST(Locks, WaitingForAnUnknownElementIsNoEnd) {
    Analysed program(R"(
global @locks : pthread_mutex_t mutex
global @x : int
func main() {
  acquire @locks[?] mutex
  acquire @locks[?] mutex
  store @x = 1  // [reached]
}
)");
    EXPECT_FALSE(program.locksAt("reached").empty());
}

TEST(Locks, ModesOfAReadersWriterLock) {
    Analysed program(R"(
global @rw : pthread_rwlock_t rwlock
global @x : int
func main() {
  acquire @rw rwlock shared
  load @x       // [read]
  release @rw
  acquire @rw rwlock
  store @x = 1  // [write]
  release @rw
}
)");
    EXPECT_EQ(program.locksAt("read"), Names{"rw (shared)"});
    EXPECT_EQ(program.locksAt("write"), Names{"rw"});
}

TEST(Locks, GuardByPseudoFields) {
    // As the lowering writes a std::unique_lock: what it guards, and whether it owns it.
    Analysed program(R"(
global @mu : std::mutex mutex
global @x : int
func main() {
  local %guard : std::unique_lock
  store %guard.$lock = &@mu init
  acquire *%guard.$lock mutex
  store @x = 1  // [owned]
  release *%guard.$lock
  store @x = 2  // [unlocked]
  acquire *%guard.$lock mutex
  store @x = 3  // [again]
  release *%guard.$lock conditional
  store @x = 4  // [gone]
}
)");
    EXPECT_EQ(program.locksAt("owned"), Names{"mu"});
    EXPECT_EQ(program.locksAt("unlocked"), Names{""});
    EXPECT_EQ(program.locksAt("again"), Names{"mu"});
    EXPECT_EQ(program.locksAt("gone"), Names{""});
}

TEST(Locks, ConditionalReleaseOfNothingIsFine) {
    Analysed program(R"(
global @mu : std::mutex mutex
func main() {
  release @mu conditional  // [guard]
  release @mu              // [plain]
}
)");
    EXPECT_EQ(program.unheldReleases(), Names{"plain"});
}

TEST(Locks, NamedByAVariableThatChanges) {
    Analysed program(R"(
global @nodes : Node*
global @x : int
func main() {
  local %n : Node*
  store %n = @nodes
  acquire %n->Node::mu mutex
  store @x = 1  // [named]
  store %n = ?
  store @x = 2  // [lost]
}
)");
    EXPECT_EQ(program.locksAt("named").size(), 1u);
    EXPECT_FALSE(program.locksAt("named").contains(""));
    EXPECT_FALSE(program.locksAt("lost").contains(""));
}

TEST(Locks, PointerToALockOfAnArrayIsNotNull) {
    Analysed program(R"(
global @locks : pthread_mutex_t mutex
global @x : int
func tryLock(%i : int) {
  local %return : void*
  local %lock : pthread_mutex_t*
  local %got : int
  store %lock = &@locks[?]
  acquire *%lock -> %got mutex try success 0
  br %got == 0 yes no
yes:
  store %return = %lock
  goto end
no:
  store %return = 0
  goto end
end:
  ret %return
}
func main() {
  local %held : void*
  call tryLock(1) -> %held
  br %held == 0 none some
none:
  store @x = 1    // [none]
  ret
some:
  store @x = 2    // [some]
  release *%held  // [release]
  store @x = 3    // [released]
}
)");
    EXPECT_EQ(program.locksAt("none"), Names{""});
    EXPECT_EQ(program.locksAt("some").size(), 1u);
    EXPECT_FALSE(program.locksAt("some").contains(""));
    EXPECT_EQ(program.locksAt("released"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

// Two locks of an array under one name.
const std::string kTwoOfAnArray = R"(
global @locks : pthread_mutex_t mutex
global @x : int
func touch() {
  acquire @locks[?] mutex
  store @x = 1
  release @locks[?]
  ret
}
func main() {
  acquire @locks[?] mutex
  call touch()
  store @x = 2       // [still]
  release @locks[?]  // [last]
  store @x = 3       // [after]
}
)";

TEST(Locks, OneOfAnArrayIsHeldThroughAnotherOfIt) {
    const Analysed program(kTwoOfAnArray);
    EXPECT_EQ(program.locksAt("still").size(), 1u);
    EXPECT_FALSE(program.locksAt("still").contains(""));
    EXPECT_EQ(program.locksAt("after"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, OfAnArrayAreReleasedAsOftenAsTaken) {
    std::string text = kTwoOfAnArray;
    const std::string call = "  call touch()\n";
    text.replace(text.find(call), call.size(), "  release @locks[?]\n");
    EXPECT_EQ(Analysed(text).unheldReleases(), Names{"last"});
}

TEST(Locks, OneWhoseNameIsLostIsReleasedBeforeANamedOne) {
    const Analysed program(R"(
global @locks : pthread_mutex_t mutex
global @x : int
func lockOne() {
  local %return : void*
  local %lock : pthread_mutex_t*
  store %lock = &@locks[?]
  acquire *%lock mutex
  store %return = %lock
  ret %return
}
func main() {
  local %held : void*
  acquire @locks[?] mutex
  call lockOne() -> %held
  release *%held
  store @x = 1  // [named]
}
)");
    EXPECT_EQ(program.locksAt("named"), Names{"locks[…]"});
}

TEST(Locks, WhoseNamesAreLostAreNotCounted) {
    Analysed program(R"(
global @locks : pthread_mutex_t mutex
global @x : int
func main() {
  local %lock : pthread_mutex_t*
  goto again
again:
  store %lock = &@locks[?]
  acquire *%lock mutex
  br ? again end
end:
  store @x = 1     // [held]
  release *%lock   // [first]
  release *%lock   // [second]
  release *%lock   // [third]
}
)");
    EXPECT_LE(program.facts.lockSets.size(), 6u);
    EXPECT_FALSE(program.locksAt("held").contains(""));
    EXPECT_FALSE(program.unheldReleases().contains("first"));
}

TEST(Locks, AcquiredInALoopAndReleasedInAnother) {
    Analysed program(R"(
global @locks : pthread_mutex_t
global @x : int
func main() {
  local %i
  acquire @locks[0] mutex
  acquire @locks[1] mutex
  store @x = 1  // [both]
  release @locks[0]
  store @x = 2  // [second]
}
)");
    EXPECT_EQ(program.locksAt("both"), Names{"locks[0], locks[1]"});
    EXPECT_EQ(program.locksAt("second"), Names{"locks[1]"});
}

TEST(Locks, ConditionalOnACountThatMovesOnAndBack) {
    const std::string text = R"(
global @mu : pthread_mutex_t mutex
global @x : int
func update(%n : int) {
  br %n == 0 skips locks
locks:
  acquire @mu
  goto skips
skips:
  store %n = %n + 1 uses %n
  br %n == 1 none some
some:
  store @x = 1  // [some]
  goto none
none:
  store %n = %n + -1 uses %n
  br %n == 0 done unlocks
unlocks:
  release @mu
  goto done
done:
  store @x = 2  // [after]
  ret
}
func main() {
  local %flag : int
  store %flag = ?
  call update(%flag)
}
)";
    const Analysed program(text);
    EXPECT_EQ(program.locksAt("some"), Names{"mu"});
    EXPECT_EQ(program.locksAt("after"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Locks, StillHeldWhenTheCalleeReturnsEarly) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @x : int
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
  local %failed : int
  call step() -> %failed
  br %failed == 0 fine bad
fine:
  store @x = 1  // [fine]
  ret
bad:
  store @x = 2  // [bad]
}
)");
    EXPECT_EQ(program.locksAt("fine"), Names{""});
    EXPECT_EQ(program.locksAt("bad"), Names{"mu"});
}

// Locks in two elements of an array are two.
TEST(Locks, OfElementsThatPointersLeadTo) {
    Analysed program(R"(
global @all : Account
global @x : int
func both(%a : Account*, %b : Account*) {
  acquire %a->Account::mu mutex
  acquire %b->Account::mu mutex
  store @x = 1  // [both]
  ret
}
func main() {
  local %p : Account*, %q : Account*
  store %p = &@all[?] init
  store %q = &@all[?] init
  call both(%p, %q)
  ret
}
)");
    EXPECT_EQ(program.locksAt("both"), Names{"p->mu, q->mu"});
}

}  // namespace
}  // namespace raddle::test
