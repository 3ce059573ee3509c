// Objects that change hands: who has taken one out of a shared place under a lock has it alone until it is given on.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

// A worker that takes jobs from a list and uses them without the lock.
const char* const kTaking = R"(
global @mu : pthread_mutex_t mutex
global @other : pthread_mutex_t mutex
global @head : job*
global @index : job*
func take() {
  local %return : job*
  local %j : job*
  acquire @mu mutex
  load @head
  store %j = @head
  store @head = %j->job::next uses %j->job::next
  release @mu
  store %return = %j
  ret %return
}
func use(%j : job*) {
  store %j->job::n = 1  // [callee]
  ret
}
func give(%j : job*) {
  acquire @mu mutex
  store @head = %j
  release @mu
  ret
}
func worker() {
  local %j : job*
  call take() -> %j
  store %j->job::n = 1  // [owned]
  call use(%j)
  store %j->job::n = 2  // [still]
  call give(%j)
  store %j->job::n = 3  // [given]
  ret
}
func main() {
  local %t : pthread_t taken
  local %u : pthread_t taken
  local %n : job*
  spawn %t = worker()
  spawn %u = worker()
  alloc %n
  store %n->job::n = 0
  call give(%n)
  join %t
  join %u
}
)";

bool allOwned(const Analysed& program, const std::string& mark) {
    const auto accesses = program.accesses(mark);
    EXPECT_FALSE(accesses.empty()) << mark;
    return std::all_of(accesses.begin(), accesses.end(), [](const facts::Access* access) { return access->owned; });
}

TEST(HandOver, WhoTakesAnObjectHasItUntilItIsGivenOn) {
    const Analysed program(kTaking);
    EXPECT_TRUE(allOwned(program, "owned"));
    EXPECT_TRUE(allOwned(program, "callee"));
    EXPECT_TRUE(allOwned(program, "still"));
    EXPECT_FALSE(allOwned(program, "given"));
    for (const auto& [object, handOver] : program.facts.handOvers) EXPECT_FALSE(handOver.scattered);
}

TEST(HandOver, LookingIsNotTaking) {
    const Analysed program(changed(kTaking, "  store @head = %j->job::next uses %j->job::next\n", ""));
    EXPECT_FALSE(allOwned(program, "owned"));
}

TEST(HandOver, TakingWithoutALockIsNone) {
    std::string text = changed(kTaking, "  acquire @mu mutex\n", "");
    text = changed(text, "  release @mu\n", "");
    EXPECT_FALSE(allOwned(Analysed(text), "owned"));
}

// The critical section in which it was got is over when the place is overwritten.
TEST(HandOver, OverwritingLaterIsNotTaking) {
    const Analysed program(changed(kTaking, "  store @head = %j->job::next uses %j->job::next\n",
                                   "  release @mu\n  acquire @mu mutex\n"
                                   "  store @head = %j->job::next uses %j->job::next\n"));
    EXPECT_FALSE(allOwned(program, "owned"));
}

TEST(HandOver, WhatIsLinkedInAgainIsNotTaken) {
    const Analysed program(
        changed(kTaking, "uses %j->job::next\n", "uses %j->job::next\n  store @head->job::next = %j\n"));
    EXPECT_FALSE(allOwned(program, "owned"));
}

// An index as well: taken out of the list, it can still be found there.
TEST(HandOver, WhatIsInTwoPlacesIsScattered) {
    const Analysed program(changed(kTaking, "  call give(%n)\n",
                                   "  call give(%n)\n  acquire @other mutex\n  store @index = %n\n"
                                   "  release @other\n"));
    bool scattered = false;
    for (const auto& [object, handOver] : program.facts.handOvers) scattered = scattered || handOver.scattered;
    EXPECT_TRUE(scattered);
}

TEST(HandOver, ANullPointerSpoilsNothing) {
    const Analysed program(
        changed(kTaking, "  store @head = %j->job::next uses %j->job::next\n  release @mu\n",
                "  br %j != 0 uses %j b1 b2\nb1:\n"
                "  store @head = %j->job::next uses %j->job::next\n  goto b2\nb2:\n  release @mu\n"));
    EXPECT_TRUE(allOwned(program, "owned"));
}

// Who finds something in the list comes after who put the first thing in; taking something out is not putting it in.
TEST(HandOver, WhoGetsComesAfterWhoPuts) {
    const char* const text = R"(
global @mu : pthread_mutex_t mutex
global @head : job*
global @x : int
func worker() {
  local %j : job*
  acquire @mu mutex
  load @head
  br @head == 0 uses @head b1 b2
b1:
  release @mu
  goto b3
b2:
  load @head
  store %j = @head
  store @head = %j->job::next uses %j->job::next
  release @mu
  load @x  // [got]
  goto b3
b3:
  ret
}
func main() {
  local %t : pthread_t taken
  local %n : job*
  spawn %t = worker()
  store @x = 1  // [before]
  alloc %n
  acquire @mu mutex
  store @head = %n
  release @mu
  store @x = 2  // [after]
  join %t
}
)";
    const Analysed program(text);
    EXPECT_EQ(program.observed("got"), Names{"head"});
    EXPECT_EQ(program.published("before"), Names{});
    EXPECT_EQ(program.published("after"), Names{"head"});
    // Whoever puts something else in may be who was waited for.
    const Analysed other(changed(text, "store @head = %j->job::next uses %j->job::next", "store @head = %j"));
    EXPECT_EQ(other.observed("got"), Names{});
}

// The lock is the caller's: what is taken is settled when the caller releases it.
TEST(HandOver, AFunctionThatTakesUnderItsCallersLock) {
    std::string text = changed(kTaking, "  acquire @mu mutex\n  load @head\n", "  load @head\n");
    text = changed(text, "  release @mu\n  store %return = %j\n", "  store %return = %j\n");
    text = changed(text, "  call take() -> %j\n", "  acquire @mu mutex\n  call take() -> %j\n  release @mu\n");
    const Analysed program(text);
    EXPECT_TRUE(allOwned(program, "owned"));
    bool taken = false;
    for (const auto& [object, handOver] : program.facts.handOvers) taken = taken || handOver.taken;
    EXPECT_TRUE(taken);
}

// An element is looked at and found null, then another is put in.
TEST(HandOver, ANullElementIsNotTakenFromAnywhere) {
    std::string text = changed(kTaking, "global @index : job*", "global @slots : job*\nglobal @index : job*");
    text = changed(text,
                   "  load @head\n  store %j = @head\n"
                   "  store @head = %j->job::next uses %j->job::next\n",
                   "  load @slots[?]\n  store %j = @slots[?] uses @slots[?]\n  br %j == 0 uses %j b1 b2\nb1:\n"
                   "  store @slots[?] = @index uses @index\n  goto b2\nb2:\n");
    text = changed(text, "  store @head = %j\n", "  store @slots[?] = %j\n");
    EXPECT_FALSE(allOwned(Analysed(text), "owned"));
}

// The index that the element was read at moves on.
TEST(HandOver, ARingGivesItsElementsAway) {
    std::string text = changed(kTaking, "global @index : job*", "global @slots : job*\nglobal @first : int");
    text = changed(text,
                   "  load @head\n  store %j = @head\n"
                   "  store @head = %j->job::next uses %j->job::next\n",
                   "  load @first\n  load @slots[?]\n  store %j = @slots[?] uses @slots[?]\n  load @first\n"
                   "  store @first = ? uses @first  // [moves]\n");
    text = changed(text, "  store @head = %j\n", "  store @slots[?] = %j\n");
    EXPECT_TRUE(allOwned(Analysed(text), "owned"));
    EXPECT_FALSE(allOwned(Analysed(changed(text, "  store @first = ? uses @first  // [moves]\n", "")), "owned"));
}

}  // namespace
}  // namespace raddle::test
