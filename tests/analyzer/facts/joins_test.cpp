// What a join brings: the end of the thread, when it succeeds, and what the thread returned.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

TEST(Joins, OnlyOneThatSucceedsEndsTheThread) {
    Analysed program(R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func main() {
  local %t : pthread_t taken, %status : int
  spawn %t = worker()
  join %t -> %status tryTimed
  br %status == 0 done late
done:
  load @x       // [done]
  leave
late:
  load @x       // [late]
  leave
}
)");
    EXPECT_FALSE(program.parallel("worker", "done"));
    EXPECT_TRUE(program.parallel("worker", "late"));
}

// What is expected of a join is compared with what it returned.
TEST(Joins, ComparedWithWhatIsExpected) {
    const std::string text = R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func check(%status : int, %expected : int) {
  br ? text "status != expected" uses %status, %expected wrong right
wrong:
  leave
right:
  ret
}
func main() {
  local %t : pthread_t taken, %status : int
  spawn %t = worker()
  join %t -> %status tryTimed
  call check(%status, 0)
  load @x       // [after]
  ret
}
)";
    EXPECT_FALSE(Analysed(text).parallel("worker", "after"));
    std::string other = text;
    other.replace(other.find("check(%status, 0)"), 17, "check(%status, 1)");
    EXPECT_TRUE(Analysed(other).parallel("worker", "after"));
}

const char* const kReturned = R"(
func make() {
  local %made : int*
  alloc %made
  ret %made
}
func other() {
  local %made : int*
  alloc %made
  ret %made
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken, %p : int* taken
  store %p = 0
  spawn %t = make()
  spawn %u = other()
  join %t(&%p)
  join %u
  store *%p = 1  // [use]
  ret
}
)";

TEST(Joins, WhatTheThreadReturnsIsWhatItMade) {
    EXPECT_EQ(Analysed(kReturned).locations("use"), Names{"object allocated at line 4"});
}

// A wrapper returns the number of the thread that it has started.
TEST(Joins, ByTheHandleThatAFunctionReturns) {
    const std::string text = R"(
global @x : int
func first() {
  store @x = 1  // [first]
  ret
}
func second() {
  store @x = 2  // [second]
  ret
}
func start(%entry : void*) {
  local %return : pthread_t, %t : pthread_t taken
  spawn %t = %entry()
  store %return = %t
  ret %return
}
func main() {
  local %r : pthread_t, %s : pthread_t, %a : pthread_t, %b : pthread_t
  call start(first) -> %r
  store %a = %r
  join %a
  call start(second) -> %s
  store %b = %s
  load @x       // [during]
  join %b
  load @x       // [after]
  ret
}
)";
    const Analysed program(text);
    EXPECT_FALSE(program.parallel("first", "second"));
    EXPECT_FALSE(program.parallel("first", "during"));
    EXPECT_TRUE(program.parallel("second", "during"));
    EXPECT_FALSE(program.parallel("second", "after"));
    std::string other = text;
    other.replace(other.find("join %a"), 7, "join %b");
    EXPECT_TRUE(Analysed(other).parallel("first", "second"));
}

// A program of many options, most of which can end it before the join, and one by which it works without threads.
// `last`: what the join is decided by.
std::string manyOptions(const std::string& last) {
    std::string text = R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func other() {
  ret
}
func main() {
  local %o : pthread_t taken, %t : pthread_t taken, %alone : int, %a : int, %b : int, %c : int, %d : int
  spawn %o = other()
  store %alone = 0 init
  br ? on0 off0
on0:
  store %alone = 1
off0:
  br %alone == 0 start started
start:
  spawn %t = worker()
started:
)";
    std::string tests;
    for (const std::string option : {"a", "b", "c", "d"}) {
        text += "  store %" + option + " = 0 init\n  br ? on_" + option + " off_" + option + "\non_" + option +
                ":\n  store %" + option + " = 1\noff_" + option + ":\n";
        tests += "  br %" + option + " == 2 bad_" + option + " good_" + option + "\nbad_" + option +
                 ":\n  leave\ngood_" + option + ":\n";
    }
    return text + tests + "  br %" + last +
           " == 0 join joined\njoin:\n  join %t\njoined:\n  load @x  // [after]\n  ret\n}\n";
}

TEST(Joins, DecidedByOneOfManyOptions) {
    EXPECT_FALSE(Analysed(manyOptions("alone")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(manyOptions("a")).parallel("worker", "after"));
}

// Destroying a handle joins the thread, unless it has been moved to another.
TEST(Joins, NotByTheHandleThatTheThreadWasMovedFrom) {
    const std::string text = R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func main() {
  local %t : std::jthread taken, %made : std::jthread
  spawn %made = worker()
  store %t = %made init
  join %made conditional
  load @x       // [during]
  join %t conditional
  load @x       // [after]
  ret
}
)";
    EXPECT_TRUE(Analysed(text).parallel("worker", "during"));
    EXPECT_EQ(Analysed(text).observed("during"), Names{});
    EXPECT_FALSE(Analysed(text).parallel("worker", "after"));
    std::string kept = text;
    kept.replace(kept.find("  store %t = %made init\n"), 24, "");
    EXPECT_FALSE(Analysed(kept).parallel("worker", "during"));
}

// Threads of a table that a function starts and another joins, each called in a loop.
std::string byHelpers(const std::string& to) {
    return R"(
global @x : int
global @table : task
func worker() {
  store @x = 1  // [worker]
  ret
}
func start(%task : task*) {
  spawn (*%task).id = worker()
  ret
}
func finish(%task : task*) {
  join (*%task).id
  load @x  // [one]
  ret
}
func main() {
  local %i, %j
  loop starting %i from 0 to 4
  loop joining %j from 0 to )" +
           to + R"(
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  call start(&@table[%i])
  store %i = ? uses %i
  goto starting
started:
  store %j = 0 init
joining:
  br ? uses %j join joined
join:
  call finish(&@table[%j])
  store %j = ? uses %j
  goto joining
joined:
  load @x  // [after]
  ret
}
)";
}

TEST(Joins, OneByOneByAFunctionThatALoopCalls) {
    EXPECT_FALSE(Analysed(byHelpers("4")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(byHelpers("4")).parallel("worker", "one"));
    EXPECT_TRUE(Analysed(byHelpers("3")).parallel("worker", "after"));
}

// Objects that a loop makes, starts a thread with and appends to a container, and a loop over the container `$`.
const char* const kObjects = R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func finish(%task : task*) {
  join (*%task).id
  ret
}
func main() {
  local %i, %n, %all : std::vector taken, %others : std::vector taken, %task : task*, %made : task*, %begin
  loop starting %i from 0 to %n
  loop joining %begin from &%$[?] to &%$[?]
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  alloc %made
  store %all[?] = %made init
  spawn (*%made).id = worker()
  store %i = ? uses %i
  goto starting
started:
  store %begin.$iterator = &%$[?] init
joining:
  br ? uses %begin join joined
join:
  store %task = *%begin.$iterator init
  call finish(%task)
  goto joining
joined:
  load @x  // [after]
  ret
}
)";

TEST(Joins, OfObjectsInAContainer) {
    const auto over = [](const std::string& container) {
        std::string text = kObjects;
        for (size_t at = text.find("$[?]"); at != std::string::npos; at = text.find("$[?]"))
            text.replace(at, 1, container);
        return text;
    };
    EXPECT_FALSE(Analysed(over("all")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(over("others")).parallel("worker", "after"));
}

// Threads that are counted as they are started, until one is not, and as many joined as `counted` says.
std::string untilOneFails(const std::string& counted, const std::string& afterFailure) {
    return R"(
global @x : int
func worker() {
  store @x = 1  // [worker]
  ret
}
func main() {
  local %i, %j, %n : int, %failed : int, %t : pthread_t taken
  loop starting %i from 0 to 4
  loop joining %j from 0 to )" +
           counted + R"(
  store %n = 0 init
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  spawn %t[%i] = worker() -> %failed
  br %failed != 0 uses %failed )" +
           afterFailure + R"( count
count:
  store %n = %n + 1 uses %n
  goto next
next:
  store %i = %i + 1 uses %i
  goto starting
started:
  store %j = 0 init
joining:
  br ? uses %j join joined
join:
  join %t[%j]
  store %j = ? uses %j
  goto joining
joined:
  load @x  // [after]
  ret
}
)";
}

TEST(Joins, AsManyAsHaveBeenStarted) {
    EXPECT_FALSE(Analysed(untilOneFails("%n", "started")).parallel("worker", "after"));
    EXPECT_FALSE(Analysed(untilOneFails("%i", "started")).parallel("worker", "after"));
    // Going on with the next leaves gaps.
    EXPECT_TRUE(Analysed(untilOneFails("%n", "next")).parallel("worker", "after"));
}

// A member tells whether the thread was started; `writes`: what the thread does with it.
std::string byMember(const std::string& writes) {
    return R"(
global @x : int
func worker(%s : Service*) {
  store @x = 1  // [worker]
)" + writes +
           R"(
  ret
}
func stop(%s : Service*) {
  br %s->Service::started == 0 none join
join:
  join %s->Service::thread
none:
  ret
}
func main() {
  local %s : Service*, %failed : int
  alloc %s
  spawn %s->Service::thread = worker(%s) -> %failed
  br %failed != 0 uses %failed fail go
fail:
  ret
go:
  store %s->Service::started = 1
  call stop(%s)
  load @x  // [after]
  ret
}
)";
}

TEST(Joins, IfAMemberSaysThatItWasStarted) {
    EXPECT_FALSE(Analysed(byMember("")).parallel("worker", "after"));
    EXPECT_TRUE(Analysed(byMember("  store %s->Service::started = 0")).parallel("worker", "after"));
}

// A function that gives null when the thread was not started.
TEST(Joins, KnownByThePointerThatIsNotNull) {
    Analysed program(R"(
func worker(%m : Monitor*) {
  store %m->Monitor::n = 1  // [worker]
  ret
}
func start() {
  local %return : Monitor*, %m : Monitor*, %failed : int
  alloc %m
  spawn %m->Monitor::thread = worker(%m) -> %failed
  br %failed != 0 uses %failed fail go
fail:
  store %return = 0
  goto end
go:
  store %return = %m
  goto end
end:
  ret %return
}
func main() {
  local %m : Monitor*, %t0 : Monitor*
  call start() -> %t0
  store %m = %t0 init
  br %m == 0 none some
some:
  join %m->Monitor::thread
  load %m->Monitor::n  // [after]
none:
  ret
}
)");
    EXPECT_FALSE(program.parallel("worker", "after"));
}

}  // namespace
}  // namespace raddle::test
