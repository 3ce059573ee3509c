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

}  // namespace
}  // namespace raddle::test
