// Locks of structures: what is reached through a pointer beside a lock, or with the lock's index, is guarded by it.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

// A table of lists: each thread looks for its own bucket and changes the elements of that bucket's list.
const std::string kTable = R"(
global @mu : pthread_mutex_t mutex
global @head : Node*
func worker(%key : int) {
  local %i : int, %e : Node*
  store %i = ? uses %key
  acquire @mu[%i]
  store %e = @head[%i]
  goto again
again:
  br %e == 0 done body
body:
  store %e->Node::value = 1
  store %e = %e->Node::next
  goto again
done:
  release @mu[%i]
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken, %new : Node*, %i : int
  goto fill
fill:
  alloc %new
  store @head[%i] = %new
  br ? fill start
start:
  spawn %a = worker(1)
  spawn %b = worker(2)
}
)";

const Names kElement{"race-unprotected-access at store %e->Node::value = 1"};

TEST(Regions, ElementsOfABucketByTheLockOfTheBucket) {
    EXPECT_EQ(found(kTable), kNothing);
}

TEST(Regions, NotByTheLockOfAnotherBucket) {
    EXPECT_EQ(found(with(kTable, "store %e = @head[%i]", "store %e = @head[%key]")), kElement);
}

TEST(Regions, NotWhenTheIndexHasChangedSince) {
    EXPECT_EQ(found(with(kTable, "  store %e = @head[%i]", "  store %i = ?\n  store %e = @head[%i]")), kElement);
}

TEST(Regions, NotByTheLockOfSomeBucket) {
    EXPECT_EQ(
        found(with(with(kTable, "acquire @mu[%i]", "acquire @mu[?]"), "store %e = @head[%i]", "store %e = @head[?]")),
        kElement);
}

TEST(Regions, NotOfAnObjectThatAllBucketsShare) {
    const std::string shared = with(kTable, "global @head", "global @one : Node\nglobal @head");
    EXPECT_EQ(found(with(with(shared, "  alloc %new\n", ""), "store @head[%i] = %new", "store @head[%i] = &@one")),
              kElement);
}

// The same with the lock in the bucket itself.
const std::string kBuckets = R"(
global @table : Bucket*
func worker(%b : Bucket*) {
  local %e : Node*
  acquire %b->Bucket::mu mutex
  store %e = %b->Bucket::head
  goto again
again:
  br %e == 0 done body
body:
  store %e->Node::value = 1
  store %e = %e->Node::next
  goto again
done:
  release %b->Bucket::mu
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken, %new : Node*, %b : Bucket*
  goto fill
fill:
  alloc %b
  alloc %new
  store %b->Bucket::head = %new
  store @table[?] = %b
  br ? fill start
start:
  spawn %t = worker(@table[?])
  spawn %u = worker(@table[?])
}
)";

TEST(Regions, ElementsOfAListByTheLockBesideItsHead) {
    EXPECT_EQ(found(kBuckets), kNothing);
}

TEST(Regions, NotWithoutTheLock) {
    EXPECT_EQ(found(with(with(kBuckets, "  acquire %b->Bucket::mu mutex\n", ""), "  release %b->Bucket::mu\n", "")),
              kElement);
}

TEST(Regions, NotOfAnObjectThatAllListsShare) {
    const std::string shared = with(kBuckets, "global @table", "global @one : Node\nglobal @table");
    EXPECT_EQ(found(with(with(shared, "  alloc %new\n", ""), "store %b->Bucket::head = %new",
                         "store %b->Bucket::head = &@one")),
              kElement);
}

TEST(Regions, OfWhatASearchReturns) {
    const std::string search = with(kBuckets, "global @table", R"(global @unused : int
func find(%b : Bucket*) {
  local %at : Node*, %return : Node*
  store %at = %b->Bucket::head
  goto again
again:
  br ? body done
body:
  store %at = %at->Node::next
  goto again
done:
  store %return = %at
  ret %return
}
global @table)");
    EXPECT_EQ(found(with(search, "store %e = %b->Bucket::head", "call find(%b) -> %e")), kNothing);
}

TEST(Regions, OfWhatIsLinkedInUnderTheLock) {
    const std::string insert = with(kTable, "  goto again\nagain:", R"(  local %new : Node*
  alloc %new
  store %e->Node::next = %new
  store %new->Node::value = 2
  goto again
again:)");
    EXPECT_EQ(found(insert), kNothing);
}

}  // namespace
}  // namespace raddle::test
