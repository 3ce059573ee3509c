// Where accesses through pointers go, and what calls through pointers run.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

TEST(PointsTo, AddressOfAGlobal) {
    Analysed program(R"(
global @x : int
global @y : int
func main() {
  local %p : int*
  store %p = &@x
  store *%p = 1  // [write]
}
)");
    EXPECT_EQ(program.locations("write"), Names{"x"});
}

TEST(PointsTo, FieldsAreKeptApart) {
    Analysed program(R"(
global @pair : Pair
global @x : int
global @y : int
func main() {
  store @pair.Pair::first = &@x
  store @pair.Pair::second = &@y
  store *@pair.Pair::first = 1   // [first]
  store *@pair.Pair::second = 1  // [second]
}
)");
    EXPECT_EQ(program.locations("first"), Names{"x"});
    EXPECT_EQ(program.locations("second"), Names{"y"});
}

TEST(PointsTo, ElementZeroOfAPointerIsWhatItPointsTo) {
    Analysed program(R"(
global @table : Entry
func use(%e : Entry*) {
  acquire %e->Entry::mu
  store (*%e)[0].Entry::value = 1  // [zero]
  store %e->Entry::value = 1    // [star]
  release %e->Entry::mu
  ret
}
func main() {
  local %i : int
  store %i = ?
  call use(&@table[%i])
}
)");
    EXPECT_EQ(program.locations("zero"), program.locations("star"));
    EXPECT_EQ(program.locations("star"), Names{"table[i].value"});
}

// An intrusive list: nodes in the elements, a head that is in none.
const std::string kList = R"(
global @head : Node
global @x : int
func main() {
  local %first : Item*, %p : Node*, %item : Item*
  alloc %first
  store %first->Item::link.Node::next = &@head
  store @head.Node::next = &%first->Item::link
  store %p = @head.Node::next
  store %item = &(*%p)^Item::link
  store %item->Item::value = 1  // [write]
  store (*%p)^Item::other.Item::value = 1  // [other]
  load %item->Item::link.Node::next  // [next]
}
)";

TEST(PointsTo, ContainerOfAMember) {
    Analysed program(kList);
    EXPECT_EQ(program.locations("write"), Names{"Item::value"});
    EXPECT_EQ(program.locations("next"), Names{"Item::link.next"});
}

TEST(PointsTo, NoContainerOfAnotherMemberOrOfTheHead) {
    Analysed program(kList);
    EXPECT_EQ(program.locations("other"), Names{});
}

TEST(PointsTo, EitherBranch) {
    Analysed program(R"(
global @p : int*
global @x : int
global @y : int
global @z : int
func main() {
  br ? left right
left:
  store @p = &@x
  goto end
right:
  store @p = &@y
  goto end
end:
  store *@p = 1  // [write]
}
)");
    EXPECT_EQ(program.locations("write"), (Names{"x", "y"}));
}

TEST(PointsTo, AllocationsAreTheirOwnObjects) {
    Analysed program(R"(
global @a : Node*
global @b : Node*
func main() {
  alloc @a
  alloc @b
  store @a->Node::value = 1  // [a]
  store @b->Node::value = 2  // [b]
}
)");
    ASSERT_EQ(program.accesses("a").size(), 1u);
    ASSERT_EQ(program.accesses("b").size(), 1u);
    EXPECT_EQ(program.locations("a"), Names{"Node::value"});
    EXPECT_NE(program.accesses("a")[0]->location, program.accesses("b")[0]->location);
}

TEST(PointsTo, StructCopyTakesItsPointersAlong) {
    Analysed program(R"(
global @from : Pair
global @to : Pair
global @x : int
func main() {
  store @from.Pair::first = &@x
  store @to = @from
  store *@to.Pair::first = 1   // [copied]
}
)");
    EXPECT_EQ(program.locations("copied"), Names{"x"});
}

// What comes into a cycle of copies late, by a function that is only found to be called there, goes all the way round;
// what is next to the cycle stays out of it.
TEST(PointsTo, ACycleOfCopiesHoldsWhatComesLate) {
    Analysed program(R"(
global @a : int*
global @b : int*
global @c : int*
global @beside : int*
global @hook : Function*
global @again : Function*
global @x : int
global @y : int
global @z : int
func late() {
  store @c = &@y
  store @hook = later
  ret
}
func later() {
  store @b = &@z
  ret
}
func main() {
  store *@a = 1  // [a]
  store *@b = 1  // [b]
  store *@beside = 1  // [beside]
  store @b = @a
  store @c = @b
  store @a = @c
  store @a = &@x
  store @beside = &@x
  store @again = @hook
  store @hook = @again
  store @hook = late
  call @again()  // [call]
}
)");
    EXPECT_EQ(program.locations("a"), (Names{"x", "y", "z"}));
    EXPECT_EQ(program.locations("b"), (Names{"x", "y", "z"}));
    EXPECT_EQ(program.locations("beside"), Names{"x"});
    EXPECT_EQ(program.targets("call"), (Names{"late", "later"}));
}

TEST(PointsTo, FieldsOnACycleAreKeptApart) {
    Analysed program(R"(
global @one : Node
global @two : Node
global @x : int
global @y : int
func main() {
  local %n : Node*
  store %n = &@one
  store @one.Node::next = &@two
  store @two.Node::next = &@one
again:
  br ? body done
body:
  store %n->Node::first = &@x
  store %n->Node::second = &@y
  store *%n->Node::first = 1   // [first]
  store *%n->Node::second = 1  // [second]
  store %n = %n->Node::next
  goto again
done:
  store *@two.Node::first = 1  // [two]
  ret
}
)");
    EXPECT_EQ(program.locations("first"), Names{"x"});
    EXPECT_EQ(program.locations("second"), Names{"y"});
    EXPECT_EQ(program.locations("two"), Names{"x"});
}

TEST(PointsTo, StructCopiedBeforeItIsFilled) {
    Analysed program(R"(
global @from : Pair
global @to : Pair
global @last : Pair
global @back : Pair
global @x : int
global @y : int
global @z : int
func main() {
  store @last = @to
  store @to = @from
  store @from = @last
  store @from.Pair::first = &@x
  store @back = @from
  store @last.Pair::second = &@y
  store @to.Pair::first = &@z
  store *@last.Pair::first = 1    // [first]
  store *@from.Pair::second = 1   // [second]
  store *@back.Pair::first = 1    // [back]
  store @back.Pair::second = &@x
  store *@to.Pair::second = 1     // [to]
}
)");
    EXPECT_EQ(program.locations("first"), (Names{"x", "z"}));
    EXPECT_EQ(program.locations("second"), Names{"y"});
    EXPECT_EQ(program.locations("back"), (Names{"x", "z"}));
    EXPECT_EQ(program.locations("to"), Names{"y"});
}

// A call with several targets, the first of which changes what the others are given.
TEST(PointsTo, AnArgumentThatTheCallChanges) {
    Analysed program(R"(
global @hook : Function*
global @p : int*
global @x : int
global @y : int
func first(%a : int*) {
  store @p = &@y
  store *%a = 1  // [first]
  ret
}
func second(%a : int*) {
  store *%a = 1  // [second]
  ret
}
func main() {
  store @p = &@x
  store @hook = first
  store @hook = second
  call @hook(@p)
}
)");
    EXPECT_EQ(program.locations("first"), (Names{"x", "y"}));
    EXPECT_EQ(program.locations("second"), (Names{"x", "y"}));
}

std::string programOfPointees(int count) {
    std::string globals = "global @p : int*\n", stores;
    for (int i = 0; i < count; ++i) {
        globals += "global @x" + std::to_string(i) + " : int\n";
        stores += "  store @p = &@x" + std::to_string(i) + "\n";
    }
    return globals + "func main() {\n" + stores + "}\n";
}

TEST(PointsTo, SaysThatAPointerIsNotFollowedEverywhere) {
    EXPECT_TRUE(Analysed(programOfPointees(20)).facts.notes.empty());
    Analysed crowded(programOfPointees(1000));
    EXPECT_EQ(crowded.facts.pointsTo.cutShort, 1u);
    ASSERT_EQ(crowded.facts.notes.size(), 1u);
    EXPECT_EQ(crowded.facts.notes[0], "pointers that can point to more places than are followed: 1");
}

TEST(PointsTo, ListWalkedInALoopEnds) {
    Analysed program(R"(
global @head : Node*
func main() {
  local %n : Node*
  alloc @head
  store @head->Node::next = @head
  store %n = @head
again:
  br %n == 0 done body
body:
  store %n->Node::value = 1  // [write]
  store %n = %n->Node::next
  goto again
done:
  ret
}
)");
    EXPECT_EQ(program.locations("write"), Names{"Node::value"});
}

TEST(CallGraph, Direct) {
    Analysed program(R"(
global @x : int
func called() {
  store @x = 1  // [called]
}
func uncalled() {
  store @x = 1  // [uncalled]
}
func main() {
  call called()  // [call]
}
)");
    EXPECT_EQ(program.targets("call"), Names{"called"});
    EXPECT_EQ(program.accesses("called").size(), 1u);
    EXPECT_TRUE(program.accesses("uncalled").empty());
}

TEST(CallGraph, ThroughAPointer) {
    Analysed program(R"(
global @hook : Function*
global @x : int
func chosen() {
  store @x = 1  // [chosen]
}
func other() {
  store @x = 1  // [other]
}
func main() {
  store @hook = chosen
  call @hook()  // [call]
}
)");
    EXPECT_EQ(program.targets("call"), Names{"chosen"});
    EXPECT_FALSE(program.accesses("chosen").empty());
    EXPECT_TRUE(program.accesses("other").empty());
}

TEST(CallGraph, PointerPassedAsArgument) {
    Analysed program(R"(
func visit() {
  ret
}
func each(%visitor : Function*) {
  call %visitor()  // [call]
}
func main() {
  call each(visit)
}
)");
    EXPECT_EQ(program.targets("call"), Names{"visit"});
}

TEST(CallGraph, TableOfFunctionsInAStruct) {
    Analysed program(R"(
global @ops : Ops
func open() {
  ret
}
func close() {
  ret
}
func main() {
  store @ops.Ops::open = open
  store @ops.Ops::close = close
  call @ops.Ops::open()  // [call]
}
)");
    EXPECT_EQ(program.targets("call"), Names{"open"});
}

TEST(CallGraph, VirtualCallRunsOverriders) {
    Analysed program(R"(
override Shape::draw Circle::draw
override Circle::draw Disc::draw
func Shape::draw(%this : Shape*) class Shape {
  ret
}
func Circle::draw(%this : Circle*) class Circle {
  ret
}
func Disc::draw(%this : Disc*) class Disc {
  ret
}
func Line::draw(%this : Line*) class Line {
  ret
}
func main() {
  local %shape : Shape*
  call Shape::draw(%shape) virtual  // [virtual]
  call Shape::draw(%shape)          // [direct]
}
)");
    EXPECT_EQ(program.targets("virtual"), (Names{"Shape::draw", "Circle::draw", "Disc::draw"}));
    EXPECT_EQ(program.targets("direct"), Names{"Shape::draw"});
}

TEST(CallGraph, ClosureRunsOnItsOwnCaptures) {
    Analysed program(R"(
global @stored : std::function
global @x : int
global @y : int
func lambda(%this : closure*) {
  store *%this->capture::x = 1  // [write]
}
func main() {
  local %f : closure runs lambda
  store %f.capture::x = &@x
  call &%f()  // [call]
}
)");
    EXPECT_EQ(program.targets("call"), Names{"lambda"});
    EXPECT_EQ(program.locations("write"), Names{"x"});
}

TEST(CallGraph, UnresolvedCallIsCounted) {
    Analysed program(R"(
global @hook : Function*
func main() {
  call @hook()
  call printf()
}
)");
    EXPECT_EQ(program.facts.calls, 2u);
    EXPECT_EQ(program.facts.unresolvedCalls, 1u);
}

TEST(CallGraph, RecursionEnds) {
    Analysed program(R"(
global @x : int
func even() {
  store @x = 1  // [even]
  br ? more done
more:
  call odd()
  goto done
done:
  ret
}
func odd() {
  call even()
  ret
}
func main() {
  call even()
  store @x = 2  // [after]
}
)");
    EXPECT_FALSE(program.accesses("even").empty());
    EXPECT_FALSE(program.accesses("after").empty());
}

}  // namespace
}  // namespace raddle::test
