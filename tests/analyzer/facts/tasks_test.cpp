// Tasks: what is called out of a queue starts where it is put in.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

// Two workers that call what they take out of a list; main puts tasks in and waits for the workers.
const char* const kPool = R"(
global @mu : pthread_mutex_t mutex
global @head : task*
global @before : int
global @after : int
global @jobs : int
func worker() {
  local %t : task*
  acquire @mu mutex
  load @head
  store %t = @head
  store @head = %t->task::next uses %t->task::next
  release @mu
  call %t->task::run(%t->task::arg)  // [call]
  ret
}
func put(%run : function*, %arg : int*) {
  local %t : task*
  alloc %t
  store %t->task::run = %run
  store %t->task::arg = %arg
  acquire @mu mutex
  store @head = %t
  release @mu
  ret
}
func job(%arg : int*) {
  load @before  // [config]
  load @after  // [late]
  store *%arg = 1  // [result]
  ret
}
func main() {
  local %a : pthread_t taken
  local %b : pthread_t taken
  spawn %a = worker()
  spawn %b = worker()
  store @before = 1  // [set]
  call put(job, &@jobs)
  store @after = 1  // [changed]
  join %a
  join %b
  load @jobs  // [read]
  ret
}
)";

TEST(Tasks, StartWhereTheyArePut) {
    const Analysed program(kPool);
    EXPECT_FALSE(program.parallel("set", "config"));
    EXPECT_TRUE(program.parallel("changed", "late"));
}

TEST(Tasks, EndWithTheThreadsThatRunThem) {
    const Analysed program(kPool);
    EXPECT_FALSE(program.parallel("read", "result"));
    EXPECT_TRUE(Analysed(changed(kPool, "  join %b\n", "")).parallel("read", "result"));
}

// Put once, a task is run once; put in a loop, two may run at a time, but not by one worker.
TEST(Tasks, RunAtTheSameTimeWhereSeveralThreadsTakeThem) {
    EXPECT_FALSE(Analysed(kPool).parallel("result", "result"));
    const std::string loop =
        changed(kPool, "  call put(job, &@jobs)\n", "  goto b1\nb1:\n  call put(job, &@jobs)\n  br ? b1 b2\nb2:\n");
    EXPECT_TRUE(Analysed(loop).parallel("result", "result"));
    EXPECT_FALSE(Analysed(changed(loop, "  spawn %b = worker()\n", "")).parallel("result", "result"));
}

// A task that somebody else may have made could be anything: the call stays where it is.
TEST(Tasks, AreThoseThatAreKnownToBePut) {
    const Analysed program(changed(kPool, "func main() {\n", R"(func stray(%arg : int*) {
  ret
}
func other(%t : task*) {
  store %t->task::run = stray
  ret
}
func main() {
  call other(@head)
)"));
    for (const facts::Thread& thread : program.facts.threads) EXPECT_TRUE(thread.executors.empty());
}

// A function of an object that stays where it is, is called by whoever calls it.
TEST(Tasks, ACallbackIsNone) {
    const Analysed program(changed(kPool, "  store @head = %t->task::next uses %t->task::next\n", ""));
    for (const facts::Thread& thread : program.facts.threads) EXPECT_TRUE(thread.executors.empty());
    EXPECT_TRUE(program.parallel("set", "config"));
}

TEST(Tasks, CalledUnderALockAreNot) {
    std::string text = changed(kPool, "  release @mu\n  call %t", "  call %t");
    text = changed(text, "// [call]\n", "// [call]\n  release @mu\n");
    for (const facts::Thread& thread : Analysed(text).facts.threads) EXPECT_TRUE(thread.executors.empty());
}

}  // namespace
}  // namespace raddle::test
