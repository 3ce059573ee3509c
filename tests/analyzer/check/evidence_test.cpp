// How sure findings are: what the way to a place, the callers' locks and the length of a call chain leave open.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

// The evidence of what is found under a rule; "nothing" when it is not.
std::string evidence(const std::string& text, const std::string& rule = "race-unprotected-access") {
    const Analysed program(text);
    for (const Finding& finding : check::runChecks(program.facts))
        if (finding.rule == rule) return toString(finding.evidence);
    return "nothing";
}

const std::string kGlobal = R"(
global @x : int
func change() {
  store @x = 1
  ret
}
func worker() {
  call change()
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  store @x = 2
}
)";

// `kGlobal` with so many calls between the thread's entry and the store.
std::string through(int calls) {
    std::string chain = "  call step0()\n";
    std::string functions;
    for (int i = 0; i < calls - 2; ++i)
        functions += "func step" + std::to_string(i) + "() {\n  call step" + std::to_string(i + 1) + "()\n  ret\n}\n";
    functions += "func step" + std::to_string(calls - 2) + "() {\n  call change()\n  ret\n}\n";
    return with(with(kGlobal, "  call change()\n", chain), "func main", functions + "func main");
}

TEST(Evidence, FallsWithTheLengthOfTheWay) {
    EXPECT_EQ(evidence(kGlobal), "definite");
    EXPECT_EQ(evidence(through(4)), "definite");
    EXPECT_EQ(evidence(through(10)), "likely");
    EXPECT_EQ(evidence(through(20)), "assumed");
}

TEST(Evidence, FallsWithCallsThatMayLeadElsewhere) {
    const std::string pointer = with(with(kGlobal, "global @x : int\n", "global @x : int\nglobal @f : ptr\n"),
                                     "  call change()\n", "  call @f()\n");
    const std::string one = with(pointer, "  spawn", "  store @f = change\n  spawn");
    EXPECT_EQ(evidence(one), "definite");
    const std::string two =
        with(with(one, "  spawn", "  store @f = other\n  spawn"), "func main", "func other() {\n  ret\n}\nfunc main");
    EXPECT_EQ(evidence(two), "likely");
}

// A pointer to one of several objects.
std::string choosing(int objects) {
    std::string globals = "global @p : Node*\n", stores;
    for (int i = 0; i < objects; ++i) {
        globals += "global @n" + std::to_string(i) + " : Node\n";
        stores += "  store @p = &@n" + std::to_string(i) + "\n";
    }
    return globals + R"(
func worker() {
  store @p->Node::x = 1
  ret
}
func main() {
  local %t : pthread_t taken
)" + stores +
           R"(  spawn %t = worker()
  store @n0.Node::x = 2
}
)";
}

TEST(Evidence, FallsWithThePlacesThatAPointerMayLeadTo) {
    EXPECT_EQ(evidence(choosing(1)), "definite");
    EXPECT_EQ(evidence(choosing(3)), "likely");
    EXPECT_EQ(evidence(choosing(8)), "assumed");
}

// More callers of one function than are told apart: each holds a lock of its own, one the lock of the other thread.
std::string crowd(int callers, bool bareCaller) {
    std::string text =
        "global @x : int\nglobal @mu : pthread_mutex_t mutex\nfunc change() {\n  store @x = 1\n  ret\n}\n";
    std::string calls;
    for (int i = 0; i < callers; ++i) {
        const std::string number = std::to_string(i), lock = i == 0 ? "@mu" : "@own" + number;
        if (i > 0) text += "global " + lock + " : pthread_mutex_t mutex\n";
        text += "func caller" + number + "() {\n  acquire " + lock + "\n  call change()\n  release " + lock +
                "\n  ret\n}\n";
        calls += "  call caller" + number + "()\n";
    }
    return text + "func worker() {\n" + calls + (bareCaller ? "  call change()\n" : "") +
           "  ret\n}\nfunc main() {\n  local %t : pthread_t taken\n  spawn %t = worker()\n  acquire @mu\n"
           "  load @x\n  release @mu\n}\n";
}

TEST(Evidence, FallsWhereTheLocksOfCallersAreNotAllKnown) {
    EXPECT_EQ(evidence(crowd(3, false)), "definite");
    // What is said of the callers past the limit is that they hold no lock in common, not that one holds none.
    const Analysed many(crowd(300, false));
    EXPECT_TRUE(std::any_of(many.facts.contexts.begin(), many.facts.contexts.end(),
                            [](const facts::Context& context) { return !context.locksKnown; }));
    const Analysed bare(crowd(300, true));
    EXPECT_TRUE(std::all_of(bare.facts.contexts.begin(), bare.facts.contexts.end(),
                            [](const facts::Context& context) { return context.locksKnown; }));
}

// What is made once under a lock, before so many calls of what uses it.
std::string usedAfterOnce(int callers, bool made) {
    std::string globals = "global @x : int\nglobal @mu : pthread_mutex_t mutex\nglobal @made : int\n", functions, calls;
    for (int i = 0; i < callers; ++i) {
        const std::string number = std::to_string(i);
        globals += "global @own" + number + " : pthread_mutex_t mutex\n";
        functions += "func caller" + number + "() {\n  acquire @own" + number + "\n  call use()\n  release @own" +
                     number + "\n  ret\n}\n";
        calls += "  call caller" + number + "()\n";
    }
    return globals + R"(
func use() {
  load @x
  ret
}
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
)" + functions +
           "func worker() {\n" + (made ? "  call make()\n" : "") + calls + R"(
  ret
}
func main() {
  local %t : pthread_t taken
  spawn %t = worker()
  call make()
  ret
}
)";
}

TEST(Evidence, FallsWhereItIsNotKnownWhatWasSeenBefore) {
    EXPECT_EQ(evidence(usedAfterOnce(3, false)), "definite");
    EXPECT_EQ(evidence(usedAfterOnce(3, true)), "nothing");
    EXPECT_NE(evidence(usedAfterOnce(60, true)), "definite");
}

const std::string kMember = R"(
global @list : Node*
func worker() {
  local %n : Node*
  store %n = @list
  acquire %n->Node::mu
  store %n->Node::next->Node::x = 1
  release %n->Node::mu
  ret
}
func fill() {
  local %n : Node*
  alloc %n
  store %n->Node::next = @list
  store @list = %n
  ret
}
func main() {
  local %t : pthread_t taken
  call fill()
  call fill()
  spawn %t = worker()
  acquire @list->Node::mu
  store @list->Node::next->Node::x = 2
  release @list->Node::mu
}
)";

TEST(Evidence, FallsWhereEachHoldsTheSameMemberOfSomeObject) {
    EXPECT_NE(evidence(kMember), "likely");
    EXPECT_NE(evidence(kMember), "definite");
    EXPECT_EQ(evidence(with(kMember, "  acquire %n->Node::mu", "  acquire %n->Node::other")), "likely");
}

const std::string kUnderOneTest = R"(
global @mu : pthread_mutex_t mutex
func change(%r : Request*) {
  load %r->Request::locked
  br %r->Request::locked != 0 lock work
lock:
  acquire @mu
  goto work
work:
  call helper(%r)
  load %r->Request::locked
  br %r->Request::locked != 0 unlock done
unlock:
  release @mu
  goto done
done:
  ret
}
func helper(%r : Request*) {
  store %r->Request::size = 1
  ret
}
func main() {
  local %r : Request*
  alloc %r
  call read(%r) opaque
  call change(%r)
}
)";

TEST(Decisions, OnAMemberStandUntilItIsWritten) {
    EXPECT_EQ(found(kUnderOneTest), kNothing);
    EXPECT_NE(found(with(kUnderOneTest, "store %r->Request::size = 1", "store %r->Request::locked = ?")), kNothing);
    EXPECT_NE(found(with(kUnderOneTest, "  call helper(%r)", "  store %r->Request::locked = ?")), kNothing);
}

// Both threads come by a pointer to a variable of theirs to one function.
TEST(OwnVariables, OfCallersThatNeverGiveThemAwayAreNotShared) {
    const std::string text = R"(
global @x : int
func fill(%out : int*) {
  store *%out = 1
  ret
}
func other() {
  local %mine : int taken
  call fill(&%mine)
  ret
}
func worker() {
  local %mine : int taken
  call fill(&%mine)
  call other()
  ret
}
func main() {
  local %t : pthread_t taken, %s : pthread_t taken
  spawn %t = worker()
  spawn %s = worker()
  call other()
}
)";
    EXPECT_EQ(found(text), kNothing);
}

// A thread for each file, and a wait for something before the next.
const std::string kRounds = R"(
global @x : int
global @mu : pthread_mutex_t mutex
global @cv : pthread_cond_t
global @done : int
func worker() {
  load @x
  acquire @mu
  store @done = 1
  signal @cv
  release @mu
  ret
}
func process() {
  local %t : pthread_t taken
  spawn %t = worker()
  detach %t
  call await_all()
  ret
}
func await_all() {
  acquire @mu
again:
  br @done == 0 sleep go
sleep:
  wait @cv(&@mu)
  goto again
go:
  release @mu
  ret
}
func main() {
next:
  store @x = ?
  call process()
  br ? next out
out:
  ret
}
)";

TEST(Evidence, FallsForWhatIsSetUpBeforeTheThreadsOfEachRoundAreStarted) {
    EXPECT_EQ(evidence(kRounds), "assumed");
    // Nothing is waited for, or only after the last round, or it is changed while they run.
    EXPECT_EQ(evidence(with(kRounds, "  call await_all()\n", "")), "definite");
    EXPECT_EQ(evidence(with(with(kRounds, "  call await_all()\n", ""), "out:\n", "out:\n  call await_all()\n")),
              "definite");
    EXPECT_EQ(evidence(with(kRounds, "  detach %t\n", "  detach %t\n  store @x = 0\n")), "definite");
}

// Two kinds of work, one a round, by functions that are called through one pointer or in branches of one loop.
const std::string kKindsOfWork = R"(
global @x : int
global @mu : pthread_mutex_t mutex
global @cv : pthread_cond_t
global @own : pthread_mutex_t mutex
func writer() {
  acquire @own
  store @x = 1
  release @own
  ret
}
func reader() {
  load @x
  ret
}
func finish() {
  acquire @mu
  wait @cv(&@mu) looped
  release @mu
  ret
}
func pack() {
  local %t : pthread_t taken
  spawn %t = writer()
  detach %t
  call finish()
  ret
}
func unpack() {
  local %t : pthread_t taken
  br ? one one
one:
  br ? two two
two:
  br ? three three
three:
  spawn %t = reader()
  detach %t
  call finish()
  ret
}
func main() {
  local %f : ptr
next:
  br ? first second
first:
  call pack()
  goto again
second:
  call unpack()
  goto again
again:
  br ? next out
out:
  ret
}
)";

TEST(Evidence, FallsForThreadsThatAreStartedInDifferentRounds) {
    EXPECT_EQ(evidence(kKindsOfWork), "assumed");
    EXPECT_EQ(evidence(with(kKindsOfWork, "  call pack()\n  goto again", "  call pack()\n  goto second")), "definite");
    EXPECT_EQ(evidence(with(kKindsOfWork, "  detach %t\n  call finish()\n", "  detach %t\n")), "definite");
    const std::string pointer =
        with(with(with(kKindsOfWork, "  call pack()", "  store %f = pack"), "  call unpack()", "  store %f = unpack"),
             "again:\n", "again:\n  call %f()\n");
    EXPECT_NE(evidence(pointer), "nothing");
}

const std::string kPool = R"(
global @x : int
global @pool : Pool*
func worker() {
  load @x
  ret
}
func stop(%p : Pool*) {
  join %p->Pool::thread
  ret
}
func main() {
  alloc @pool
  spawn @pool->Pool::thread = worker()
  call stop(@pool)
  store @x = 1
  ret
}
)";

TEST(Evidence, FallsAfterJoiningThreadsWhoseHandlesAreKeptInMemory) {
    const std::string other = with(kPool, "join %p->Pool::thread", "join *%p->Pool::threads");
    EXPECT_NE(evidence(other), "definite");
    EXPECT_NE(evidence(other), "likely");
    EXPECT_EQ(evidence(with(other, "  call stop(@pool)\n", "")), "definite");
    // Of a variable it is known which thread was joined, and that it is another.
    const std::string variable =
        with(with(kPool, "func main() {", "func idle() {\n  ret\n}\nfunc main() {\n  local %u : pthread_t taken"),
             "  call stop(@pool)\n", "  spawn %u = idle()\n  join %u\n");
    EXPECT_EQ(evidence(variable), "definite");
}

const std::string kTwoNames = R"(
global @session : Session
global @loop : Loop
global @outer : Outer
global @x : int
func worker() {
  acquire @loop.Loop::session->Session::mu mutex
  store @x = 1
  release @loop.Loop::session->Session::mu mutex
  ret
}
func main() {
  local %t : pthread_t taken
  call connect(&@loop, &@outer) opaque
  spawn %t = worker()
  acquire @outer.Outer::session->Session::mu mutex
  store @x = 2
  release @outer.Outer::session->Session::mu mutex
}
)";

TEST(Evidence, FallsWhereTwoNamesMayBeOfOneLock) {
    EXPECT_EQ(evidence(kTwoNames), "assumed");
    const std::string other = with(
        with(kTwoNames, "acquire @outer.Outer::session->Session::mu", "acquire @outer.Outer::session->Session::other"),
        "release @outer.Outer::session->Session::mu", "release @outer.Outer::session->Session::other");
    EXPECT_NE(evidence(other), "assumed");
}

// The lock is let go on a way on which it was not taken; by which of two, conditions decide that are not followed.
const std::string kSomeWays = R"(
global @mu : pthread_mutex_t mutex
func main() {
  br ? lock work
lock:
  acquire @mu
  goto work
work:
  br ? unlock done
unlock:
  release @mu
  goto done
done:
  ret
}
)";

TEST(Evidence, FallsForLocksHeldOnSomeWaysOnly) {
    EXPECT_EQ(evidence(kSomeWays, "misuse-unlock-not-held"), "likely");
    EXPECT_EQ(evidence(kSomeWays, "misuse-missing-unlock"), "likely");
    const std::string never = with(kSomeWays, "  acquire @mu\n", "");
    EXPECT_EQ(evidence(never, "misuse-unlock-not-held"), "definite");
    const std::string twice =
        with(with(kSomeWays, "br ? lock work", "goto lock"), "  release @mu\n", "  release @mu\n  release @mu\n");
    EXPECT_EQ(evidence(twice, "misuse-unlock-not-held"), "definite");
    const std::string early =
        with(with(kSomeWays, "br ? lock work", "goto lock"), "br ? unlock done", "br ? unlock early\nearly:\n  ret");
    EXPECT_EQ(evidence(early, "misuse-missing-unlock"), "definite");
    const std::string again = with(kSomeWays, "work:\n", "work:\n  acquire @mu\n");
    EXPECT_EQ(evidence(again, "deadlock-self"), "likely");
    EXPECT_EQ(evidence(with(again, "br ? lock work", "goto lock"), "deadlock-self"), "definite");
}

// Taken only where it is needed, as the same test tells each time.
TEST(Evidence, FallsForLocksThatAreTakenUnderATest) {
    const std::string optional =
        with(with(with(kSomeWays, "br ? lock", "br @p->Program::threads == 1 lock"), "br ? unlock",
                  "call refresh(@p) opaque\n  store @p->Program::threads = ?\n  br @p->Program::threads == 1 unlock"),
             "func main", "global @p : Program*\nfunc main");
    EXPECT_EQ(evidence(optional, "misuse-unlock-not-held"), "assumed");
    EXPECT_EQ(evidence(optional, "misuse-missing-unlock"), "assumed");
    EXPECT_EQ(evidence(with(optional, "== 1 unlock", "== 2 unlock"), "misuse-missing-unlock"), "likely");
}

// Each thread has an element that points to one of many jobs.
const std::string kJobs = R"(
global @all
func newJob() {
  local %j : Job*
  alloc %j
  ret %j
}
func worker(%slot : Slot*) {
  store %slot->Slot::job->Job::done = 1
  ret
}
func main() {
  local %i : int, %j : Job*, %threads : pthread_t taken
  loop starting %i from 0 to 4
  store %i = 0 init
starting:
  br ? uses %i start started
start:
  call newJob() -> %j
  store @all[%i].Slot::job = %j
  spawn %threads[%i] = worker(&@all[%i])
  store %i = ? uses %i
  goto starting
started:
  ret
}
)";

TEST(Evidence, FallsWhereEachThreadIsGivenOneOfManyObjects) {
    EXPECT_EQ(evidence(kJobs), "assumed");
    // One object for all.
    const std::string one = with(with(kJobs, "  call newJob() -> %j\n", ""), "  store %i = 0 init\n",
                                 "  call newJob() -> %j\n  store %i = 0 init\n");
    EXPECT_EQ(evidence(one), "likely");
    // One element for all.
    EXPECT_EQ(evidence(with(kJobs, "worker(&@all[%i])", "worker(&@all[0])")), "likely");
    // What another thread finds in the same element.
    const std::string other = with(with(kJobs, "func main() {\n  local", R"(func look(%slot : Slot*) {
  load %slot->Slot::job->Job::done
  ret
}
func main() {
  local %u : pthread_t taken, )"),
                                   "  store %i = ?", "  spawn %u = look(&@all[%i])\n  store %i = ?");
    EXPECT_EQ(evidence(other), "likely");
}

// `through(20)`, where what is stored to has a lock that all others hold.
std::string slip() {
    std::string locked = "  acquire @mu\n";
    for (int i = 0; i < 4; ++i) locked += "  store @x = 2\n";
    return with(with(through(20), "  store @x = 2\n", locked + "  release @mu\n"), "global @x",
                "global @mu : pthread_mutex_t mutex\nglobal @f : ptr\nglobal @x");
}

TEST(Evidence, DoesNotFallWithTheLengthOfTheWayToASlip) {
    EXPECT_EQ(evidence(slip()), "likely");
    const std::string pointer = with(slip(), "  call step0()\n", "  call @f()\n");
    const std::string one = with(pointer, "  spawn", "  store @f = step0\n  spawn");
    EXPECT_EQ(evidence(one), "likely");
    // The way may not lead there.
    const std::string two =
        with(with(one, "  spawn", "  store @f = other\n  spawn"), "func main", "func other() {\n  ret\n}\nfunc main");
    EXPECT_EQ(evidence(two), "assumed");
}

const std::string kSplitOfMany = R"(
global @bank : Bank*
global @account : Account*
func withdraw(%b : Bank*, %a : Account*) {
  local %now : int
  acquire %b->Bank::mu mutex
  load %a->Account::balance
  store %now = %a->Account::balance uses %a->Account::balance
  release %b->Bank::mu
  acquire %b->Bank::mu mutex
  store %a->Account::balance = ? uses %now
  release %b->Bank::mu
  ret
}
func worker() {
  call withdraw(@bank, @account)
  ret
}
func make() {
  local %b : Bank*, %a : Account*
  alloc %b
  alloc %a
  store @bank = %b
  store @account = %a
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken
  call make()
  call make()
  spawn %t = worker()
  spawn %u = worker()
}
)";

TEST(Evidence, FallsWhereTheLockOfOneObjectHardlyGuardsAnother) {
    EXPECT_EQ(evidence(kSplitOfMany, "atomicity-lock-split"), "assumed");
    // One bank, and each account's own lock.
    EXPECT_EQ(evidence(with(kSplitOfMany, "  call make()\n  call make()", "  call make()"), "atomicity-lock-split"),
              "likely");
    std::string own = kSplitOfMany;
    for (size_t at; (at = own.find("%b->Bank::mu")) != std::string::npos;) own.replace(at, 12, "%a->Account::mu");
    EXPECT_EQ(evidence(own, "atomicity-lock-split"), "likely");
}

// Slots that are filled under a lock, and emptied by who has found one full under it.
const std::string kSlots = R"(
global @mu : pthread_mutex_t mutex
global @other : pthread_mutex_t mutex
global @slots
func fill() {
  local %i : int
  store %i = ? init
  acquire @mu
  store @slots[%i].Slot::data = 1
  store @slots[%i].Slot::full = 1
  release @mu
  ret
}
func empty() {
  local %i : int
  store %i = ? init
  acquire @mu
  load @slots[%i].Slot::full
  br @slots[%i].Slot::full != 0 found none
found:
  release @mu
  store @slots[%i].Slot::data = 0
  ret
none:
  release @mu
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken
  spawn %t = fill()
  spawn %u = empty()
}
)";

TEST(Evidence, FallsForWhatAThreadHasFoundToBeItsOwn) {
    const std::string test = "  load @slots[%i].Slot::full\n  br @slots[%i].Slot::full != 0 found none\n";
    EXPECT_EQ(evidence(kSlots), "assumed");
    EXPECT_EQ(evidence(with(kSlots, test, "  br ? found none\n")), "likely");
    // Under another lock it says nothing.
    std::string apart = with(kSlots, "  acquire @mu\n" + test, "  acquire @other\n" + test);
    for (const std::string way : {"found:\n", "none:\n"})
        apart = with(apart, way + "  release @mu", way + "  release @other");
    EXPECT_EQ(evidence(apart), "likely");
}

}  // namespace
}  // namespace raddle::test
