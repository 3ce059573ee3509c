// Which threads there are and which of them may run at the same time.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

using Threads = std::multiset<std::string>;

TEST(Threads, BeforeBetweenAndAfter) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %t : pthread_t taken
  store @x = 0  // [before]
  spawn %t = worker()
  store @x = 2  // [between]
  join %t
  store @x = 3  // [after]
}
)");
    EXPECT_EQ(program.threads("worker"), Threads{"spawned"});
    EXPECT_EQ(program.threads("main"), Threads{"main"});
    EXPECT_FALSE(program.parallel("worker", "before"));
    EXPECT_TRUE(program.parallel("worker", "between"));
    EXPECT_FALSE(program.parallel("worker", "after"));
    EXPECT_FALSE(program.parallel("worker", "worker"));
    EXPECT_FALSE(program.parallel("before", "between"));
}

// A function that is called in more circumstances than are told apart does not make its callers forget what runs.
TEST(Threads, CallsOfWhatIsCalledEverywhereLeaveWhatRunsKnown) {
    std::string text = "global @x : int\nglobal @y : int\n", calls;
    for (int i = 0; i < 600; ++i) {
        const std::string lock = "@m" + std::to_string(i);
        text += "global " + lock + " : pthread_mutex_t mutex\n";
        calls += "  acquire " + lock + " mutex\n  call everywhere()\n  release " + lock + " mutex\n";
    }
    text += R"(func everywhere() {
  store @y = 1
  ret
}
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %t : pthread_t taken
)" + calls + R"(  store @x = 0  // [before]
  spawn %t = worker()
)" + calls + R"(  store @x = 2  // [between]
  join %t
  call everywhere()
  store @x = 3  // [after]
}
)";
    const Analysed program(text);
    ASSERT_FALSE(program.facts.notes.empty());  // that some are not told apart
    EXPECT_FALSE(program.parallel("worker", "before"));
    EXPECT_TRUE(program.parallel("worker", "between"));
    EXPECT_FALSE(program.parallel("worker", "after"));
}

TEST(Threads, JoinOfAnotherThreadIsNoJoin) {
    Analysed program(R"(
global @x : int
func first() {
  store @x = 1  // [first]
}
func second() {
  store @x = 2  // [second]
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = first()
  spawn %b = second()
  join %b
  store @x = 3  // [after]
  join %a
}
)");
    EXPECT_TRUE(program.parallel("first", "after"));
    EXPECT_FALSE(program.parallel("second", "after"));
    EXPECT_TRUE(program.parallel("first", "second"));
}

TEST(Threads, OneAfterTheOther) {
    Analysed program(R"(
global @x : int
func first() {
  store @x = 1  // [first]
}
func second() {
  store @x = 2  // [second]
}
func main() {
  local %t : pthread_t taken
  spawn %t = first()
  join %t
  spawn %t = second()
  join %t
}
)");
    EXPECT_FALSE(program.parallel("first", "second"));
}

TEST(Threads, JoinOnOneBranchOnly) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  br ? joins skips
joins:
  join %t
  store @x = 2  // [joined]
  goto end
skips:
  goto end
end:
  store @x = 3  // [end]
}
)");
    EXPECT_FALSE(program.parallel("worker", "joined"));
    EXPECT_TRUE(program.parallel("worker", "end"));
}

TEST(Threads, DetachedRunsOn) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  detach %t
  store @x = 2  // [after]
}
)");
    EXPECT_TRUE(program.parallel("worker", "after"));
}

TEST(Threads, JoinedInACallee) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func start(%t : pthread_t*) {
  spawn *%t = worker()
  ret
}
func stop(%t : pthread_t*) {
  join *%t
  ret
}
func main() {
  local %t : pthread_t taken
  store @x = 0  // [before]
  call start(&%t)
  store @x = 2  // [between]
  call stop(&%t)
  store @x = 3  // [after]
}
)");
    EXPECT_FALSE(program.parallel("worker", "before"));
    EXPECT_TRUE(program.parallel("worker", "between"));
    EXPECT_FALSE(program.parallel("worker", "after"));
}

TEST(Threads, JoinedGrandchildIsGoneWithItsParent) {
    Analysed program(R"(
global @x : int
func grandchild() {
  store @x = 1  // [grandchild]
}
func child() {
  local %t : pthread_t taken
  spawn %t = grandchild()
  join %t
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = child()
  store @x = 1  // [between]
  join %t
  store @x = 2  // [after]
}
)");
    EXPECT_TRUE(program.parallel("grandchild", "between"));
    EXPECT_FALSE(program.parallel("grandchild", "after"));
}

// A loop that starts threads[0..4), and one that joins threads[from..to), counting in `counter`.
std::string twoLoops(const std::string& from, const std::string& to, const std::string& counter = "%j") {
    std::string text = R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %i, %j, %threads : pthread_t taken
  loop starting %i from 0 to 4
  loop joining $ from )" +
                       from + " to " + to + R"(
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  spawn %threads[%i] = worker()
  store %i = ? uses %i
  goto starting
started:
  store @x = 2  // [between]
  store $ = )" + from + R"( init
joining:
  br ? uses $ join joined
join:
  join %threads[$]
  store $ = ? uses $
  goto joining
joined:
  store @x = 3  // [after]
}
)";
    for (size_t at = text.find('$'); at != std::string::npos; at = text.find('$')) text.replace(at, 1, counter);
    return text;
}

TEST(Threads, StartedAndJoinedInLoopsOverOneRange) {
    Analysed program(twoLoops("0", "4"));
    EXPECT_EQ(program.threads("worker"), Threads{"spawned, many"});
    EXPECT_TRUE(program.parallel("worker", "worker"));
    EXPECT_TRUE(program.parallel("worker", "between"));
    EXPECT_FALSE(program.parallel("worker", "after"));
}

TEST(Threads, LoopOverAnotherRangeJoinsNotAll) {
    Analysed fewer(twoLoops("0", "3"));
    EXPECT_TRUE(fewer.parallel("worker", "after"));
    Analysed later(twoLoops("1", "4"));
    EXPECT_TRUE(later.parallel("worker", "after"));
}

// One variable may count in both loops; each has its own range.
TEST(Threads, LoopsOfOneCounterKeepTheirRanges) {
    Analysed same(twoLoops("0", "4", "%i"));
    EXPECT_FALSE(same.parallel("worker", "after"));
    Analysed fewer(twoLoops("0", "3", "%i"));
    EXPECT_TRUE(fewer.parallel("worker", "after"));
}

// Threads kept in a container are all joined by a loop over it, whether or not it might be empty.
TEST(Threads, LoopOverAContainerJoinsItsThreads) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %i, %n, %threads : std::vector taken, %begin, %thread : std::thread*
  loop starting %i from 0 to %n
  loop joining %begin from &%threads[?] to &%threads[?]
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  spawn %threads[?] = worker()
  store %i = ? uses %i
  goto starting
started:
  store %begin = &%threads[?] init
joining:
  br ? uses %begin join joined
join:
  store %thread = %begin init
  join *%thread
  goto joining
joined:
  store @x = 3  // [after]
}
)");
    EXPECT_FALSE(program.parallel("worker", "after"));
}

// A table whose elements point each to one of another: `slot` is what the next thread's gets.
std::string elementsThatPoint(const std::string& slot) {
    return R"(
global @table : task
global @slots : int
func step(%task : task*) {
  store *(*%task).slot = 1  // [worker]
  ret
}
func worker(%task : task*) {
  call step(%task)
  ret
}
func main() {
  local %i, %t : pthread_t taken
  loop starting %i from 0 to 4
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  store @table[%i].slot = &@slots[)" +
           slot + R"(]
  spawn %t = worker(&@table[%i])
  store %i = ? uses %i
  goto starting
started:
  ret
}
)";
}

TEST(Threads, WhatTheirElementsPointToIsTheirOwn) {
    EXPECT_EQ(Analysed(elementsThatPoint("%i")).locations("worker"), Names{"slots[own index]"});
    EXPECT_EQ(Analysed(elementsThatPoint("2")).locations("worker"), Names{"slots[2]"});
    EXPECT_EQ(Analysed(elementsThatPoint("?")).locations("worker"), Names{"slots[…]"});
}

// A number kept in the element is the thread's own, as is a slice that it bounds.
TEST(Threads, NumbersInTheirElementsAreTheirOwn) {
    const std::string text = R"(
global @table : task
global @slots : int
func worker(%task : task*) {
  local %id : int, %k : int
  loop rounds %k from ? to ?
  store %id = (*%task).id init
  store @slots[%id] = 1  // [slot]
  store %k = ? uses %id init
rounds:
  br ? uses %k, %id round done
round:
  store @slots[%k] = 1  // [slice]
  store %k = %k + 1 uses %k
  goto rounds
done:
  ret
}
func main() {
  local %i, %t : pthread_t taken
  loop starting %i from 0 to 4
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  store @table[%i].id = %i
  spawn %t = worker(&@table[%i])
  store %i = ? uses %i
  goto starting
started:
  ret
}
)";
    EXPECT_EQ(Analysed(text).locations("slot"), Names{"slots[own index]"});
    EXPECT_EQ(Analysed(text).locations("slice"), Names{"slots[own index]"});
    // Up to where all threads go.
    std::string all = text;
    all.replace(all.find("uses %k, %id round"), 18, "uses %k round");
    EXPECT_NE(Analysed(all).locations("slice"), Names{"slots[own index]"});
}

// Two tasks in an array, each started and joined through its own pointer in a short loop.
std::string twoTasks(const std::string& joined) {
    std::string text = R"(
global @x : int
func put() {
  store @x = 1  // [put]
  ret
}
func get() {
  load @x       // [get]
  ret
}
func body(%task : Task*) {
  call %task->Task::run()
  ret
}
func start(%task : Task*) {
  spawn %task->Task::thread = body(%task)
  ret
}
func finish(%task : Task*) {
  join %task->Task::thread
  ret
}
func main() {
  local %i, %j, %tasks : Task*
  loop starting %i from 0 to 2
  loop joining %j from 0 to $
  alloc %tasks[0]
  store %tasks[0]->Task::run = put
  alloc %tasks[1]
  store %tasks[1]->Task::run = get
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  call start(%tasks[%i])
  store %i = %i + 1 uses %i
  goto starting
started:
  store %j = 0 init
joining:
  br ? uses %j join joined
join:
  call finish(%tasks[%j])
  store %j = %j + 1 uses %j
  goto joining
joined:
  store @x = 3  // [after]
}
)";
    return text.replace(text.find('$'), 1, joined);
}

TEST(Threads, ShortLoopOverKnownTasksGoesRoundByRound) {
    Analysed program(twoTasks("2"));
    EXPECT_EQ(program.threads("body"), (Threads{"spawned", "spawned"}));
    EXPECT_FALSE(program.parallel("put", "put"));
    EXPECT_TRUE(program.parallel("put", "get"));
    EXPECT_FALSE(program.parallel("put", "after"));
    EXPECT_FALSE(program.parallel("get", "after"));
}

TEST(Threads, ShortLoopThatLeavesOneOutJoinsTheOthers) {
    Analysed program(twoTasks("1"));
    EXPECT_FALSE(program.parallel("put", "after"));
    EXPECT_TRUE(program.parallel("get", "after"));
}

// Each thread's handle is a member of an object of its own, which the array `%all` keeps.
std::string keptInObjects(const std::string& keep, const std::string& joinedTo) {
    std::string text = R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func main() {
  local %i, %j, %n, %all : Task*, %made : Task*
  loop starting %i from 0 to %n
  loop joining %j from 0 to TO
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  alloc %made
KEEP
  spawn %made->Task::thread = worker()
  store %i = ? uses %i
  goto starting
started:
  store %j = 0 init
joining:
  br ? uses %j join joined
join:
  join %all[%j]->Task::thread
  store %j = ? uses %j
  goto joining
joined:
  store @x = 3  // [after]
}
)";
    text.replace(text.find("KEEP"), 4, keep);
    return text.replace(text.find("TO"), 2, joinedTo);
}

TEST(Threads, HandlesInObjectsThatAnArrayKeeps) {
    EXPECT_FALSE(Analysed(keptInObjects("  store %all[%i] = %made uses %made", "%n")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(keptInObjects("  store %all[%i] = %made uses %made", "3")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(keptInObjects("  store %all[0] = %made uses %made", "%n")).parallel("worker", "after"));
}

TEST(Threads, LoopWithoutHandlesJoinsOnlyTheLast) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %i, %t : pthread_t taken
again:
  br ? start done
start:
  spawn %t = worker()
  goto again
done:
  join %t
  store @x = 2  // [after]
}
)");
    EXPECT_EQ(program.threads("worker"), Threads{"spawned, many"});
    EXPECT_TRUE(program.parallel("worker", "worker"));
    EXPECT_TRUE(program.parallel("worker", "after"));
}

TEST(Threads, StartedAndJoinedInEachRound) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %t : pthread_t taken
again:
  br ? start done
start:
  spawn %t = worker()
  join %t
  store @x = 2  // [round]
  goto again
done:
  ret
}
)");
    EXPECT_EQ(program.threads("worker"), Threads{"spawned"});
    EXPECT_FALSE(program.parallel("worker", "worker"));
    EXPECT_FALSE(program.parallel("worker", "round"));
}

TEST(Threads, ToldApartByWhatTheyAreGiven) {
    Analysed program(R"(
global @x : int
global @y : int
func worker(%p : int*) {
  store *%p = 1  // [worker]
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = worker(&@x)
  spawn %b = worker(&@y)
  join %a
  join %b
}
)");
    EXPECT_EQ(program.threads("worker"), (Threads{"spawned", "spawned"}));
    EXPECT_EQ(program.locations("worker"), (Names{"x", "y"}));
}

TEST(Threads, HandleMovedToAnotherIsJoinedThere) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %a : std::thread taken, %b : std::thread taken
  spawn %a = worker()
  store %b = %a
  join %b
  store @x = 2  // [after]
}
)");
    EXPECT_FALSE(program.parallel("worker", "after"));
}

TEST(Threads, HandleCopiedIsJoinedByEither) {
    const auto program = [](const std::string& joined) {
        return R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func main() {
  local %t : pthread_t taken, %copy : pthread_t, %other : pthread_t
  spawn %t = worker()
  store %copy = %t
  join )" + joined +
               R"(
  store @x = 2  // [after]
}
)";
    };
    EXPECT_FALSE(Analysed(program("%t")).parallel("worker", "after"));
    EXPECT_FALSE(Analysed(program("%copy")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(program("%other")).parallel("worker", "after"));
}

TEST(Threads, StaticInitialisersComeFirst) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
}
func init() staticInit {
  store @x = 0  // [init]
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  store @x = 2  // [main]
}
)");
    EXPECT_EQ(program.threads("init"), Threads{"static"});
    EXPECT_FALSE(program.parallel("init", "worker"));
    EXPECT_FALSE(program.parallel("init", "main"));
    EXPECT_TRUE(program.parallel("worker", "main"));
}

TEST(Threads, StartedByAStaticInitialiserRunsBesideMain) {
    Analysed program(R"(
global @x : int
global @t : std::thread
func worker() {
  store @x = 1  // [worker]
}
func init() staticInit {
  spawn @t = worker()
  ret
}
func main() {
  store @x = 2  // [main]
  join @t
  store @x = 3  // [after]
}
)");
    EXPECT_TRUE(program.parallel("worker", "main"));
    EXPECT_FALSE(program.parallel("worker", "after"));
}

TEST(Threads, CallbacksRunOnceALibraryHasThem) {
    Analysed program(R"(
global @x : int
func handler() private {
  store @x = 1  // [handler]
}
func main() {
  store @x = 2  // [before]
  call event_set(handler)
  store @x = 3  // [after]
}
)");
    EXPECT_EQ(program.threads("handler"), Threads{"assumed, many"});
    EXPECT_FALSE(program.parallel("handler", "before"));
    EXPECT_TRUE(program.parallel("handler", "after"));
    EXPECT_TRUE(program.parallel("handler", "handler"));
}

TEST(Threads, WithoutMainEntryPointsAreAssumed) {
    Analysed program(R"(
global @x : int
func get() {
  store @x = 1  // [get]
}
func helper() static private {
  store @x = 2  // [helper]
}
)");
    EXPECT_TRUE(program.facts.open);
    EXPECT_EQ(program.threads("get"), Threads{"assumed, many"});
    EXPECT_EQ(program.threads("helper"), Threads{});
    EXPECT_TRUE(program.parallel("get", "get"));
    EXPECT_TRUE(program.accesses("helper").empty());
}

}  // namespace
}  // namespace raddle::test
