// What orders accesses without a lock: flags, semaphores, barriers, once; and what belongs to one thread alone.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

TEST(Publication, ReleaseStoreAndAcquireLoad) {
    Analysed program(R"(
global @ready : int
global @x : int
func worker() {
  store @x = 1               // [before]
  store @ready = 1 release
  store @x = 2               // [after]
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  load @ready acquire
  br @ready != 0 yes no
yes:
  load @x                    // [seen]
  goto end
no:
  load @x                    // [unseen]
  goto end
end:
  join %t
}
)");
    EXPECT_EQ(program.published("before"), Names{});
    EXPECT_EQ(program.published("after"), Names{"ready"});
    EXPECT_EQ(program.observed("seen"), Names{"ready"});
    EXPECT_EQ(program.observed("unseen"), Names{});
}

// What is concluded from a flag needs one that raises it and one that looks: the thread that each test adds.
const std::string kRaiser = R"(
global @ready : int
global @x : int
func raiser() {
  store @x = 1  // [raised before]
  store @ready = 1 release
  store @x = 2  // [raised after]
}
)";

TEST(Publication, RelaxedOrdersNothing) {
    Analysed program(kRaiser + R"(
func worker() {
  store @ready = 1 relaxed
  store @x = 2               // [after]
}
func main() {
  local %t : pthread_t taken
  local %u : pthread_t taken
  spawn %t = worker()
  spawn %u = raiser()
  load @ready relaxed
  br @ready != 0 yes no
yes:
  load @x                    // [seen relaxed]
  load @ready acquire
  br @ready != 0 sure no
sure:
  load @x                    // [seen]
  goto no
no:
  ret
}
)");
    EXPECT_EQ(program.published("after"), Names{});
    EXPECT_EQ(program.published("raised after"), Names{"ready"});
    EXPECT_EQ(program.observed("seen relaxed"), Names{});
    EXPECT_EQ(program.observed("seen"), Names{"ready"});
}

TEST(Publication, OrderIsThatOfTheLoadThatWasTested) {
    Analysed program(kRaiser + R"(
func main() {
  local %t : pthread_t taken
  spawn %t = raiser()
  load @ready acquire
  load @ready relaxed
  br @ready != 0 yes no
yes:
  load @x  // [seen]
  load @ready acquire
  br @ready != 0 sure no
sure:
  load @x  // [seen in order]
  goto no
no:
  ret
}
)");
    EXPECT_EQ(program.observed("seen"), Names{});
    EXPECT_EQ(program.observed("seen in order"), Names{"ready"});
}

TEST(Publication, ClearingIsNoRaising) {
    Analysed program(kRaiser + R"(
func clearer() {
  store @ready = 0 release
  store @x = 2  // [after]
}
func main() {
  local %t : pthread_t taken
  local %u : pthread_t taken
  spawn %t = raiser()
  spawn %u = clearer()
  load @ready acquire
  br @ready != 0 yes no
yes:
  load @x  // [seen]
  goto no
no:
  ret
}
)");
    EXPECT_EQ(program.published("after"), Names{});
    EXPECT_EQ(program.published("raised after"), Names{"ready"});
    EXPECT_EQ(program.observed("seen"), Names{"ready"});
}

TEST(Publication, SeenOnOneWayOnly) {
    Analysed program(kRaiser + R"(
func main() {
  local %t : pthread_t taken
  spawn %t = raiser()
  load @ready acquire
  br @ready != 0 yes no
yes:
  load @x  // [yes]
  goto end
no:
  goto end
end:
  load @x  // [end]
}
)");
    EXPECT_EQ(program.observed("yes"), Names{"ready"});
    EXPECT_EQ(program.observed("end"), Names{});
}

TEST(Publication, SpinUntilRaised) {
    Analysed program(kRaiser + R"(
func main() {
  local %t : pthread_t taken
  spawn %t = raiser()
  goto again
again:
  load @ready seqCst
  br @ready == 0 again done
done:
  load @x  // [done]
}
)");
    EXPECT_EQ(program.observed("done"), Names{"ready"});
}

TEST(Publication, FlagsThatDecideNothingAreLeftOut) {
    Analysed program(kRaiser + R"(
func main() {
  local %t : pthread_t taken
  local %u : pthread_t taken
  spawn %t = raiser()
  spawn %u = raiser()
  load @ready acquire
  br @ready != 0 yes no
yes:
  load @x  // [seen]
  goto no
no:
  ret
}
)");
    EXPECT_EQ(program.published("raised after"), Names{});
    EXPECT_EQ(program.observed("seen"), Names{});
}

TEST(Semaphores, PostPublishesAndWaitObserves) {
    Analysed program(R"(
global @full : sem_t
global @x : int
func producer() {
  store @x = 1         // [write]
  signal @full flag
  store @x = 2         // [late]
}
func main() {
  local %t : pthread_t taken
  spawn %t = producer()
  load @x              // [early]
  await @full flag
  load @x              // [read]
}
)");
    EXPECT_EQ(program.published("write"), Names{});
    EXPECT_EQ(program.published("late"), Names{"full"});
    EXPECT_EQ(program.observed("early"), Names{});
    EXPECT_EQ(program.observed("read"), Names{"full"});
}

TEST(Semaphores, TakenLikeALock) {
    Analysed program(R"(
global @slots : sem_t
global @x : int
func main() {
  await @slots flag
  store @x = 1  // [inside]
  signal @slots flag
  store @x = 2  // [outside]
}
)");
    EXPECT_EQ(program.locksAt("inside"), Names{"slots"});
    EXPECT_EQ(program.locksAt("outside"), Names{""});
    EXPECT_EQ(program.unheldReleases(), Names{});
}

TEST(Semaphores, ConditionsAreNotSemaphores) {
    Analysed program(R"(
global @mu : pthread_mutex_t mutex
global @ready : pthread_cond_t
global @x : int
func waiter() {
  acquire @mu
  wait @ready(&@mu)
  ret
}
func main() {
  signal @ready
  store @x = 1  // [after]
}
)");
    EXPECT_EQ(program.published("after"), Names{});
    EXPECT_EQ(program.locksAt("after"), Names{""});
}

TEST(Futures, PromiseKeptByAThread) {
    Analysed program(R"(
global @x : int
func keeper(%p : std::promise*) {
  store @x = 1        // [write]
  signal *%p
  store @x = 2        // [late]
  ret
}
func main() {
  local %p : std::promise taken, %f : std::future taken, %t : pthread_t taken
  store %f = %p init  // get_future()
  spawn %t = keeper(&%p)
  load @x             // [early]
  join %f
  load @x             // [read]
}
)");
    EXPECT_EQ(program.published("write"), Names{});
    EXPECT_EQ(program.published("late"), Names{"p"});
    EXPECT_EQ(program.observed("early"), Names{});
    EXPECT_EQ(program.observed("read"), Names{"p"});
}

TEST(Futures, PromiseMovedIntoAThread) {
    Analysed program(R"(
global @x : int
func keeper(%mine : std::promise) {
  signal %mine
  store @x = 2        // [late]
  ret
}
func main() {
  local %p : std::promise taken, %f : std::future taken, %t : pthread_t taken
  store %f = %p init
  spawn %t = keeper(%p)
  join %f
  load @x             // [read]
}
)");
    EXPECT_EQ(program.published("late"), Names{"p"});
    EXPECT_EQ(program.observed("read"), Names{"p"});
}

TEST(Futures, LatchAwaited) {
    Analysed program(R"(
global @done : std::latch
global @x : int
func worker() {
  signal @done
  store @x = 2  // [late]
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  await @done
  load @x       // [read]
  await @done timed
}
)");
    EXPECT_EQ(program.published("late"), Names{"done"});
    EXPECT_EQ(program.observed("read"), Names{"done"});
    EXPECT_EQ(program.locksAt("read"), Names{""});
}

TEST(Barriers, PhasesAreTheLastWaitPassed) {
    Analysed program(R"(
global @phase : pthread_barrier_t
global @x : int
func worker() {
  store @x = 1    // [first]
  barrier @phase  // [one]
  store @x = 2    // [second]
  barrier @phase  // [two]
  store @x = 3    // [third]
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)");
    EXPECT_EQ(program.lastBarriers("first"), Names{"none"});
    EXPECT_EQ(program.lastBarriers("second"), Names{"one"});
    EXPECT_EQ(program.lastBarriers("third"), Names{"two"});
}

TEST(Barriers, EitherBranch) {
    Analysed program(R"(
global @phase : pthread_barrier_t
global @x : int
func main() {
  br ? left right
left:
  barrier @phase  // [left]
  goto end
right:
  goto end
end:
  store @x = 1    // [end]
}
)");
    EXPECT_EQ(program.lastBarriers("end"), (Names{"left", "none"}));
}

TEST(Once, RunsExclusivelyAndComesBeforeAllAfterIt) {
    Analysed program(R"(
global @once : pthread_once_t
global @x : int
func init() {
  store @x = 1  // [init]
  ret
}
func worker() {
  load @x       // [before]
  once @once = init()
  load @x       // [after]
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)");
    EXPECT_EQ(program.locksAt("init"), Names{"once"});
    EXPECT_EQ(program.locksAt("before"), Names{""});
    EXPECT_EQ(program.locksAt("after"), Names{"once (shared)"});
}

TEST(Fresh, AllocationIsItsThreadsUntilGivenAway) {
    Analysed program(R"(
global @shared : Node*
func main() {
  local %n : Node*
  alloc %n
  store %n->Node::value = 1  // [private]
  store @shared = %n
  store %n->Node::value = 2  // [published]
}
)");
    EXPECT_TRUE(program.accesses("private").empty());
    EXPECT_EQ(program.locations("published"), Names{"Node::value"});
}

TEST(Fresh, PublishedThroughAnotherObject) {
    Analysed program(R"(
global @shared : Node*
func main() {
  local %n : Node*, %m : Node*
  alloc %n
  alloc %m
  store %n->Node::next = %m
  store %m->Node::value = 1  // [private]
  store @shared = %n
  store %m->Node::value = 2  // [published]
}
)");
    EXPECT_TRUE(program.accesses("private").empty());
    EXPECT_FALSE(program.accesses("published").empty());
}

TEST(Fresh, GivenToAThread) {
    Analysed program(R"(
func worker(%n : Node*) {
  store %n->Node::value = 2  // [worker]
}
func main() {
  local %n : Node*, %t : pthread_t taken
  alloc %n
  store %n->Node::value = 1  // [private]
  spawn %t = worker(%n)
  store %n->Node::value = 3  // [shared]
}
)");
    EXPECT_TRUE(program.accesses("private").empty());
    EXPECT_EQ(program.locations("worker"), program.locations("shared"));
    EXPECT_TRUE(program.parallel("worker", "shared"));
}

TEST(Fresh, ConstructorBeforePublication) {
    Analysed program(R"(
global @shared : Node*
func Node::Node(%this : Node*) class Node constructor {
  store %this->Node::value = 1  // [constructor]
  ret
}
func main() {
  local %n : Node*
  alloc %n
  call Node::Node(%n)
  store @shared = %n
}
)");
    EXPECT_TRUE(program.accesses("constructor").empty());
}

TEST(Fresh, VariableUntilItsAddressIsGivenAway) {
    Analysed program(R"(
func worker(%p : int*) {
  store *%p = 1     // [worker]
}
func main() {
  local %x : int taken, %t : pthread_t taken
  store %x = 0      // [private]
  spawn %t = worker(&%x)
  store %x = 2      // [shared]
}
)");
    EXPECT_TRUE(program.accesses("private").empty());
    EXPECT_EQ(program.locations("worker"), Names{"x"});
    EXPECT_EQ(program.locations("shared"), Names{"x"});
}

TEST(Fresh, ThreadLocalIsNobodyElses) {
    Analysed program(R"(
global @tally : int threadLocal
func main() {
  store @tally = 1  // [write]
}
)");
    EXPECT_TRUE(program.accesses("write").empty());
}

// A loop that starts a thread with what `given` says of its counter %i.
std::string startedWith(const std::string& given) {
    return R"(
global @slots : int
func worker(%id : long) {
  local %half : long
  store @slots[%id] = 1    // [own]
  store %half = ? uses %id
  store @slots[%half] = 2  // [computed]
}
func main() {
  local %i, %threads : pthread_t taken
  loop starting %i from 0 to 4
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  spawn %threads[%i] = worker()" +
           given + R"()
  store %i = ? uses %i
  goto starting
started:
  ret
}
)";
}

TEST(OwnIndex, CounterOfTheStartingLoopIsEachThreadsOwn) {
    Analysed program(startedWith("%i"));
    EXPECT_EQ(program.locations("own"), Names{"slots[own index]"});
}

TEST(OwnIndex, ConstantIsShared) {
    Analysed program(startedWith("3"));
    EXPECT_EQ(program.locations("own"), Names{"slots[3]"});
}

// Two workers that each take the next number and use that element.
const std::string kTickets = R"(
global @mu : pthread_mutex_t mutex
global @next : int
global @slots
func worker() {
  local %i : int
  rmw @next seqCst
  store %i = @next + -1 uses @next init
  store @slots[%i] = 1  // [own]
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
}
)";

std::string drawing(const std::string& by) {
    std::string text = kTickets;
    const std::string atomic = "  rmw @next seqCst\n  store %i = @next + -1 uses @next init\n";
    return text.replace(text.find(atomic), atomic.size(), by);
}

TEST(OwnIndex, NumberDrawnFromAnAtomicCounter) {
    EXPECT_EQ(Analysed(kTickets).locations("own"), Names{"slots[own index]"});
    EXPECT_EQ(Analysed(drawing("  rmw @next seqCst\n  store %i = ? uses @next init\n")).locations("own"),
              Names{"slots[i]"});
}

TEST(OwnIndex, NumberDrawnUnderALock) {
    const std::string increment = "  store @next = @next + 1 uses @next\n";
    const std::string after = increment + "  store %i = @next + -1 uses @next\n";
    const std::string before = "  store %i = @next uses @next\n" + increment;
    for (const std::string& draw : {after, before}) {
        EXPECT_EQ(Analysed(drawing("  acquire @mu\n" + draw + "  release @mu\n")).locations("own"),
                  Names{"slots[own index]"});
        EXPECT_NE(Analysed(drawing(draw)).locations("own"), Names{"slots[own index]"});
    }
    const std::string unchanged = "  acquire @mu\n  store %i = @next uses @next\n  release @mu\n";
    EXPECT_NE(Analysed(drawing(unchanged)).locations("own"), Names{"slots[own index]"});
}

}  // namespace
}  // namespace raddle::test
