// Two locks of one kind, and code that chooses which of them comes first.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

// Two threads that call `both` with the same two objects, the one (a, b), the other (b, a).
std::string program(const std::string& body) {
    return R"(
global @a : Box
global @b : Box
func both(%x : Box*, %y : Box*) {
  local %t : Box*, %u : Box*
)" + body +
           R"(}
func forth() {
  call both(&@a, &@b)
  ret
}
func back() {
  call both(&@b, &@a)
  ret
}
func main() {
  local %p : pthread_t taken, %q : pthread_t taken
  spawn %p = forth()
  spawn %q = back()
  join %p
  join %q
}
)";
}

const std::string kLockXY = "  acquire %x->Box::mu\n  acquire %y->Box::mu\n";
const std::string kLockYX = "  acquire %y->Box::mu\n  acquire %x->Box::mu\n";
const std::string kUnlock = "  release %x->Box::mu\n  release %y->Box::mu\n  ret\n";
const std::string kCompare = "  br ? ordering uses %x, %y less more\n";

TEST(LockInstances, InTheOrderOfTheArguments) {
    EXPECT_EQ(found(program(kLockXY + kUnlock)), Names{"deadlock-lock-order at acquire %y->Box::mu"});
}

TEST(LockInstances, NotWhenTheBranchesSwapThem) {
    EXPECT_EQ(found(program(kCompare + "less:\n" + kLockXY + "  goto on\nmore:\n" + kLockYX + "on:\n" + kUnlock)),
              kNothing);
}

TEST(LockInstances, BranchesThatDoTheSame) {
    EXPECT_EQ(
        found(program(kCompare + "less:\n" + kLockXY + "  goto on\nmore:\n" + kLockXY + "on:\n" + kUnlock)).size(), 1u);
}

TEST(LockInstances, ComparisonOfSomethingElse) {
    EXPECT_EQ(found(program("  br ? less more\nless:\n" + kLockXY + "  goto on\nmore:\n" + kLockYX + "on:\n" + kUnlock))
                  .size(),
              1u);
}

TEST(LockInstances, NotWhenTheVariablesAreChosen) {
    EXPECT_EQ(found(program(kCompare + "less:\n  store %t = %x\n  store %u = %y\n  goto on\nmore:\n  store %t = %y\n"
                                       "  store %u = %x\non:\n  acquire %t->Box::mu\n  acquire %u->Box::mu\n"
                                       "  release %u->Box::mu\n  release %t->Box::mu\n  ret\n")),
              kNothing);
}

TEST(LockInstances, VariablesThatAreNotChosen) {
    EXPECT_EQ(found(program("  store %t = %x\n  store %u = %y\n  acquire %t->Box::mu\n  acquire %u->Box::mu\n"
                            "  release %u->Box::mu\n  release %t->Box::mu\n  ret\n"))
                  .size(),
              1u);
}

// A method that locks its object, which some element of a container that threads share points to.
const std::string kElements = R"(
func "Box::append"(%this : Box*) name Box::append class Box {
  acquire %this->Box::mu mutex
  load %this->Box::size
  store %this->Box::size = ? uses %this->Box::size
  release %this->Box::mu
  ret
}
func worker(%all : Boxes*) {
  call "Box::append"(%all->Boxes::list[?].$pointer)
  ret
}
func main() {
  local %all : Boxes taken, %p : pthread_t taken, %q : pthread_t taken, %made : Box*, %i : int
  loop making %i from 0 to ?
  store %i = 0 init
making:
  br ? uses %i make made
make:
  alloc %made
  store %all.Boxes::list[?].$pointer = %made init
  store %i = %i + 1 uses %i
  goto making
made:
  spawn %p = worker(&%all)
  spawn %q = worker(&%all)
  join %p
  join %q
  ret
}
)";

TEST(LockInstances, OfTheObjectThatAnElementPointsTo) {
    EXPECT_EQ(found(kElements), kNothing);
    EXPECT_NE(found(with(with(kElements, "  acquire %this->Box::mu mutex\n", ""), "  release %this->Box::mu\n", "")),
              kNothing);
}

}  // namespace
}  // namespace raddle::test
