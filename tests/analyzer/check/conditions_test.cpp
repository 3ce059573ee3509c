// Races ruled out because conditions that start threads and those that join them go together, and because of what a
// condition says of a thread or a flag; beside the same program with as little changed as lets them race again.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kStartedOnCondition = R"(
global @x : int
func worker() {
  store @x = 1
  ret
}
func main(%on : int) {
  local %t : pthread_t taken
  br %on start go
start:
  spawn %t = worker()
  goto go
go:
  call unknown() opaque
  br %on stop after
stop:
  join %t
  goto after
after:
  store @x = 2
  ret
}
)";

TEST(ConditionsThatGoTogether, StartAndJoinUnderTheSame) {
    EXPECT_EQ(found(kStartedOnCondition), kNothing);
}

TEST(ConditionsThatGoTogether, NotWhenTheyDiffer) {
    EXPECT_EQ(found(with(kStartedOnCondition, "br %on stop after", "br %on == 1 stop after")).size(), 1u);
}

TEST(ConditionsThatGoTogether, NotWhenTheVariableChangesBetween) {
    EXPECT_EQ(found(with(kStartedOnCondition, "  call unknown() opaque", "  store %on = ?")).size(), 1u);
}

const std::string kStartedOnGlobal = with(with(kStartedOnCondition, "%on start", "@on start"), "%on stop", "@on stop");

TEST(ConditionsThatGoTogether, OverAGlobalThatOnlyMainWrites) {
    const std::string program = with(kStartedOnGlobal, "global @x", "global @on : int\nglobal @x");
    const std::string set = with(program, "  br @on start go", "  store @on = ?\n  br @on start go");
    EXPECT_EQ(found(set), kNothing);
    EXPECT_EQ(found(with(set, "  call unknown() opaque", "  store @on = ?")).size(), 1u);
    const std::string calls = with(set, "  call unknown() opaque", "  call change()");
    EXPECT_EQ(found(calls + "func change() {\n  store @on = ?\n  ret\n}\n").size(), 1u);
    EXPECT_EQ(found(calls + "func change() {\n  load @on\n  ret\n}\n"), kNothing);
}

TEST(ConditionsThatGoTogether, NotOverAGlobalThatTheThreadWrites) {
    const std::string program = with(kStartedOnGlobal, "global @x", "global @on : int\nglobal @x");
    EXPECT_EQ(found(with(program, "  store @x = 1", "  store @on = 1 seqCst\n  store @x = 1")).size(), 1u);
}

const std::string kChecksStart = R"(
global @x : int
func worker() {
  store @x = 1
  ret
}
func main() {
  local %t : pthread_t taken, %status : int
  spawn %t = worker() -> %status
  br %status failed started
failed:
  store @x = 2
  leave
started:
  join %t
  store @x = 3
  ret
}
)";

TEST(FailedStart, NoThreadRuns) {
    EXPECT_EQ(found(kChecksStart), kNothing);
    EXPECT_EQ(found(with(kChecksStart, "br %status failed started", "br %status started failed")).size(), 1u);
}

const std::string kJoinable = R"(
global @x : int
func worker() {
  store @x = 1
  ret
}
func stop(%t : std::thread*) {
  br %t->$joinable join done
join:
  join *%t
  goto done
done:
  ret
}
func main() {
  local %t : std::thread taken
  spawn %t = worker()
  call stop(&%t)
  store @x = 2
  ret
}
)";

TEST(Joinable, WhatIsNotJoinableDoesNotRun) {
    EXPECT_EQ(found(kJoinable), kNothing);
    EXPECT_EQ(found(with(kJoinable, "->$joinable", "->$other")).size(), 1u);
}

TEST(Joinable, ADetachedThreadRunsOn) {
    EXPECT_EQ(found(with(kJoinable, "  call stop", "  detach %t\n  call stop")).size(), 1u);
}

TEST(DestroyedContainer, JoinsAll) {
    const std::string program = R"(
global @x : int
func worker() {
  store @x = 1
  ret
}
func main() {
  local %v : "std::vector" taken
  spawn %v[?] = worker()
  join %v[?] conditional
  store @x = 2
  ret
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, " conditional", "")).size(), 1u);
}

TEST(WaitForAPredicate, OrdersWhatCameBeforeItBecameTrue) {
    const std::string program = R"(
global @mu : pthread_mutex_t mutex
global @cv : pthread_cond_t
global @ready : int
global @x : int
func worker() {
  store @x = 1
  acquire @mu
  store @ready = 1
  release @mu
  ret
}
func isReady() {
  local %result : int
  load @ready
  store %result = @ready
  ret %result
}
func main() {
  local %t : pthread_t taken, %got : int
  spawn %t = worker()
  acquire @mu
  call isReady()
  wait @cv(&@mu) looped
  call isReady() -> %got looped
  release @mu
  load @x
  ret
}
)";
    EXPECT_EQ(found(program), kNothing);
    EXPECT_EQ(found(with(program, "-> %got looped", "-> %got")).size(), 1u);
    EXPECT_EQ(found(with(program, "  store @x = 1\n  acquire @mu\n  store @ready = 1\n  release @mu",
                         "  acquire @mu\n  store @ready = 1\n  release @mu\n  store @x = 1"))
                  .size(),
              1u);
}

const std::string kFlagReadUnderLock = R"(
global @mu : pthread_mutex_t mutex
global @ready : int
global @x : int
func worker() {
  store @x = 1
  acquire @mu
  store @ready = 1
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken, %seen : int
  spawn %t = worker()
  acquire @mu
  load @ready
  store %seen = @ready
  release @mu
  br %seen go stop
go:
  load @x
  goto stop
stop:
  ret
}
)";

TEST(FlagReadUnderALock, OrdersWhatIsDoneWhenItWasRaised) {
    EXPECT_EQ(found(kFlagReadUnderLock), kNothing);
}

TEST(FlagReadUnderALock, NotWhenItWasNot) {
    EXPECT_EQ(found(with(kFlagReadUnderLock, "br %seen go stop", "br %seen stop go")).size(), 1u);
}

TEST(FlagReadUnderALock, NotWhenRaisedFirst) {
    const std::string early = with(kFlagReadUnderLock, "  store @x = 1\n", "");
    EXPECT_EQ(found(with(early, "  release @mu\n  ret", "  release @mu\n  store @x = 1\n  ret")).size(), 1u);
}

const std::string kContainer = R"(
global @v : "std::vector"
func worker() {
  load @v.$state
  store @v[1] = 1
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  load @v.$state
  load @v[2]
  ret
}
)";

TEST(Containers, ElementsAreNotWhatTheContainerKnowsOfThem) {
    EXPECT_EQ(found(kContainer), kNothing);
    EXPECT_EQ(found(with(kContainer, "load @v[2]", "load @v[1]")).size(), 1u);
    EXPECT_EQ(found(with(kContainer, "load @v[2]", "store @v.$state = ?")).size(), 1u);
}

// A program that locks only when it has threads.
const std::string kLockedUnderAGlobal = R"(
global @mu : pthread_mutex_t mutex
global @other_mu : pthread_mutex_t mutex
global @threads : int
global @x : int
func other() {
  store @threads = 0
  ret
}
func look() {
  load @x
  ret
}
func worker() {
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  load @threads
  br @threads == 0 work lock
lock:
  acquire @mu
  goto work
work:
  call look()
  br @threads == 0 done unlock
unlock:
  release @mu
  goto done
done:
  join %t
  ret
}
)";

TEST(ConditionsThatGoTogether, LockAndUnlockUnderTheSameGlobal) {
    EXPECT_EQ(found(kLockedUnderAGlobal), kNothing);
    EXPECT_NE(found(with(kLockedUnderAGlobal, "call look()", "call other()")), kNothing);
    EXPECT_NE(found(with(kLockedUnderAGlobal, "call look()", "store @threads = 1")), kNothing);
}

// What another thread writes is seen here only after something let that thread go on.
TEST(ConditionsThatGoTogether, OverAGlobalThatAThreadSets) {
    const Names race{"race-unprotected-access at store @threads = 1"};
    const std::string set = with(with(kLockedUnderAGlobal, "  store @threads = 0\n", ""), "func worker() {",
                                 "func worker() {\n  store @threads = 1");
    EXPECT_EQ(found(set), race);
    const std::string section = "acquire @other_mu\n  release @other_mu";
    const std::string setBetween = with(set, "call look()", section);
    EXPECT_TRUE(found(setBetween).contains("misuse-unlock-not-held at release @mu"));
    // It is only ever set: a lock that was taken because it is set is released.
    EXPECT_FALSE(found(setBetween).contains("misuse-missing-unlock at ret"));
    const std::string cleared = with(setBetween, "store @threads = 1", "store @threads = 0");
    EXPECT_FALSE(found(cleared).contains("misuse-unlock-not-held at release @mu"));
    EXPECT_TRUE(found(cleared).contains("misuse-missing-unlock at ret"));
}

TEST(ConditionsThatGoTogether, NotWhenTheGlobalIsPointedTo) {
    const std::string taken = with(kLockedUnderAGlobal, "  spawn %t", "  store @p = &@threads\n  spawn %t");
    EXPECT_NE(found(with(taken, "global @x", "global @p : int*\nglobal @x")), kNothing);
}

// A loop that waits for a global to change does end.
TEST(ConditionsThatGoTogether, NotAcrossTheRoundsOfALoop) {
    const std::string program = R"(
global @mu : pthread_mutex_t mutex
global @cv : pthread_cond_t
global @ready : int
global @x : int
func worker() {
  acquire @mu
  store @ready = 1
  release @mu
  store @x = 1
  ret
}
func consumer() {
  acquire @mu
again:
  br @ready == 0 sleep go
sleep:
  wait @cv(&@mu)
  goto again
go:
  release @mu
  store @x = 2
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken
  spawn %t = worker()
  spawn %u = consumer()
  ret
}
)";
    EXPECT_EQ(found(program), Names{"race-unprotected-access at store @x = 1"});
}

// A lock function and an unlock function that both look at a member of what they are given.
const std::string kLockFunctionsUnderAMember = R"(
global @x : int
func enter(%c : Ctx*) {
  br %c == 0 out has
has:
  br %c->Ctx::kind == 1 lock out
lock:
  acquire %c->Ctx::mu mutex
  goto out
out:
  ret
}
func leave(%c : Ctx*) {
  br %c == 0 out has
has:
  br %c->Ctx::kind == 1 unlock out
unlock:
  release %c->Ctx::mu mutex
  goto out
out:
  ret
}
func change(%c : Ctx*) {
  store %c->Ctx::kind = 2
  ret
}
func work(%s : Conn*) {
  call enter(%s->Conn::ctx)
  load @x
  call leave(%s->Conn::ctx)
  call enter(%s->Conn::ctx)
  call leave(%s->Conn::ctx)
  ret
}
global @c : Ctx
global @conn : Conn
func main() {
  local %t : pthread_t taken
  store @conn.Conn::ctx = &@c
  spawn %t = work(&@conn)
  call work(&@conn)
  ret
}
)";

TEST(ConditionsThatGoTogether, LockAndUnlockFunctionsUnderTheSameMember) {
    const std::string& program = kLockFunctionsUnderAMember;
    EXPECT_EQ(found(program), kNothing);
    EXPECT_NE(found(with(program, "load @x", "call change(%s->Conn::ctx)")), kNothing);
    EXPECT_NE(found(with(program, "load @x", "store %s->Conn::ctx = 0")), kNothing);
    EXPECT_NE(found(with(program, "br %c->Ctx::kind == 1 unlock", "br %c->Ctx::kind == 2 unlock")), kNothing);
    EXPECT_NE(found(with(program, "br %c->Ctx::kind == 1 unlock", "br %c->Ctx::other == 1 unlock")), kNothing);
}

}  // namespace
}  // namespace raddle::test
