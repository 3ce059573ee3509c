// Races on memory that is freed, reached through unknown pointers or belongs to what a lock guards; each beside a
// program that differs as little as possible and is right.
#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

const std::string kFreed = R"(
global @mu : pthread_mutex_t mutex
func worker(%job : Job*) {
  store %job->Job::done = 1
  ret
}
func main() {
  local %t : pthread_t taken, %job : Job*
  alloc %job
  spawn %t = worker(%job)
  free *%job
  join %t
}
)";

TEST(Freeing, WhileTheThreadThatWasGivenItRuns) {
    EXPECT_EQ(found(kFreed), Names{"race-unprotected-access at free *%job"});
}

TEST(Freeing, NotAfterTheJoin) {
    EXPECT_EQ(found(with(kFreed, "  free *%job\n  join %t", "  join %t\n  free *%job")), kNothing);
}

TEST(Freeing, NotByTheThreadItWasGivenTo) {
    const std::string own = with(kFreed, "  free *%job\n", "");
    EXPECT_EQ(found(with(own, "store %job->Job::done = 1", "free *%job")), kNothing);
}

TEST(Freeing, ByTheThreadWhileItsStarterStillLooks) {
    const std::string own = with(kFreed, "  free *%job\n", "  load %job->Job::done\n");
    EXPECT_EQ(found(with(own, "  store %job->Job::done = 1\n  ret", "  free *%job\n  ret")),
              Names{"race-unprotected-access at free *%job"});
}

TEST(Freeing, NotWhereTheLastToHoldItFrees) {
    EXPECT_EQ(found(with(kFreed, "  free *%job", "  rmw %job->Job::holders\n  free *%job")), kNothing);
}

TEST(Freeing, NotOfWhatALockWasNeededToGet) {
    EXPECT_EQ(found(with(kFreed, "  free *%job", "  acquire @mu\n  release @mu\n  free *%job")), kNothing);
}

const std::string kHandedOut = R"(
func worker(%job : Job*) {
  store %job->Job::done = 1
  ret
}
func main() {
  local %t : pthread_t taken, %job : Job*
  goto again
again:
  alloc %job
  spawn %t = worker(%job)
  br ? again stop
stop:
  ret
}
)";

TEST(HandingOut, ToEachThreadItsOwn) {
    EXPECT_EQ(found(kHandedOut), kNothing);
}

TEST(HandingOut, ToAllThreadsTheSame) {
    EXPECT_EQ(found(with(kHandedOut, "  goto again\nagain:\n  alloc %job\n", "  alloc %job\n  goto again\nagain:\n")),
              Names{"race-unprotected-access at store %job->Job::done = 1"});
}

Evidence evidenceOf(const std::string& text) {
    const Analysed program(text);
    const std::vector<Finding> findings = check::runChecks(program.facts);
    EXPECT_EQ(findings.size(), 1u);
    return findings.empty() ? Evidence::assumed : findings.front().evidence;
}

const std::string kLibrary = R"(
global @mu : pthread_mutex_t mutex
global @nu : pthread_mutex_t mutex
global @x : int
func put() {
  acquire @mu
  store @x = 1
  release @mu
  ret
}
func drop() {
  acquire @nu
  store @x = 0
  release @nu
  ret
}
)";

TEST(OpenProgram, TwoLocksForOneGlobalAreWrongWhoeverCalls) {
    EXPECT_EQ(evidenceOf(kLibrary), Evidence::likely);
}

TEST(OpenProgram, AnAccessWithoutALockIsOnlyAssumedToMeetOthers) {
    EXPECT_EQ(evidenceOf(with(kLibrary, "  acquire @nu\n  store @x = 0\n  release @nu", "  store @x = 0")),
              Evidence::assumed);
}

TEST(OpenProgram, NotUnderOneLock) {
    EXPECT_EQ(found(with(kLibrary, "  acquire @nu\n  store @x = 0\n  release @nu",
                         "  acquire @mu\n  store @x = 0\n  release @mu")),
              kNothing);
}

const std::string kUnknown = R"(
global @mu : pthread_mutex_t mutex
global @whole : Inner
func worker() {
  local %p : Inner*
  call find_inner() -> %p
  store %p->Inner::x = 1
  ret
}
func main() {
  local %t : pthread_t taken, %p : Inner*, %o : Outer*
  spawn %t = worker()
  call find_inner() -> %p
  load %p->Inner::x
  join %t
}
)";

TEST(UnknownPointer, TwoCallsMayReturnTheSameObject) {
    EXPECT_EQ(evidenceOf(kUnknown), Evidence::likely);
}

TEST(UnknownPointer, NotOfAnotherField) {
    EXPECT_EQ(found(with(kUnknown, "load %p->Inner::x", "load %p->Inner::y")), kNothing);
}

TEST(UnknownPointer, NotFromAFunctionThatSaysItMakesOne) {
    const std::string makes = with(with(kUnknown, "find_inner", "inner_new"), "find_inner", "inner_new");
    EXPECT_EQ(found(makes), kNothing);
}

TEST(UnknownPointer, NotFromTheStandardLibrary) {
    EXPECT_EQ(found(with(kUnknown, "call find_inner() -> %p", "call find_inner() -> %p opaque")), kNothing);
}

TEST(UnknownPointer, MayNameAPartOfALargerRecord) {
    const std::string outer = with(kUnknown, "  call find_inner() -> %p\n  load %p->Inner::x",
                                   "  call find_outer() -> %o\n  load %o->Outer::inner.Inner::x");
    EXPECT_EQ(found(outer).size(), 1u);
    EXPECT_EQ(found(with(outer, "Outer::inner.Inner::x", "Outer::other")), kNothing);
}

TEST(UnknownPointer, MayNameAGlobalThatOtherCodeCanKnow) {
    const std::string global =
        with(kUnknown, "  call find_inner() -> %p\n  load %p->Inner::x", "  load @whole.Inner::x");
    EXPECT_EQ(found(global).size(), 1u);
    EXPECT_EQ(found(with(global, "@whole : Inner", "@whole : Inner name other")), kNothing);
}

TEST(UnknownPointer, NotUnderTheObjectsOwnLock) {
    const std::string half =
        with(kUnknown, "  load %p->Inner::x", "  acquire %p->Inner::mu\n  load %p->Inner::x\n  release %p->Inner::mu");
    EXPECT_EQ(found(half).size(), 1u);
    EXPECT_EQ(found(with(half, "  store %p->Inner::x = 1",
                         "  acquire %p->Inner::mu\n  store %p->Inner::x = 1\n  release %p->Inner::mu")),
              kNothing);
}

const std::string kNoValue = R"(
global @a : pthread_mutex_t mutex
global @b : pthread_mutex_t mutex
func first() {
  acquire @a
  acquire @b
  release @b
  release @a
  ret
}
func second() {
  local %m : pthread_mutex_t*
  acquire *%m
  acquire @a
  release @a
  release *%m
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken
  spawn %t = first()
  spawn %u = second()
}
)";

TEST(LockOrder, APointerWithoutAValueMayNameAnyLock) {
    EXPECT_EQ(found(kNoValue).size(), 1u);
}

TEST(LockOrder, NotAPointerThatIsGivenAnotherLock) {
    const std::string third = with(kNoValue, "global @b", "global @c : pthread_mutex_t mutex\nglobal @b");
    EXPECT_EQ(found(with(third, "  acquire *%m", "  store %m = &@c\n  acquire *%m")), kNothing);
}

// A function called with so many variables' addresses that its calls are no longer told apart.
std::string withManyCallers(const std::string& given) {
    std::string locals, calls;
    for (int i = 0; i < 9; ++i) {
        locals += ", %v" + std::to_string(i) + " : int taken";
        for (int j = 0; j < 9; ++j)
            calls += "  call fill(&%v" + std::to_string(i) + ", &%v" + std::to_string(j) + ")\n";
    }
    return R"(
global @shared : int*
func fill(%p : int*, %q : int*) {
  store *%p = 1
  ret
}
func worker() {
  local %mine : int taken
)" + given +
           R"(  call fill(&%mine, &%mine)
  load %mine
  ret
}
func main() {
  local %t : pthread_t taken)" +
           locals + "\n  spawn %t = worker()\n" + calls + "}\n";
}

TEST(Variables, NotByFunctionsThatWereNeverGivenThem) {
    EXPECT_EQ(found(withManyCallers("")), kNothing);
}

TEST(Variables, ByFunctionsThatFindThemInAGlobal) {
    EXPECT_NE(found(withManyCallers("  store @shared = &%mine release\n")), kNothing);
}

// A copy of a record holds what the original held, in memory of its own.
const std::string kCopiedRecord = R"(
global @zero : Pair
global @x : int
func worker(%arg : int*) {
  local %own : Pair taken, %p : Pair*
  store %p = &%own
  store *%p = @zero
  store %p->Pair::first = %arg
  store %p->Pair::second = 1
  ret
}
func main() {
  local %t : pthread_t taken, %u : pthread_t taken
  spawn %t = worker(&@x)
  spawn %u = worker(&@x)
  ret
}
)";

TEST(CopiedRecords, MembersOfTheCopyAreNotThoseOfTheOriginal) {
    EXPECT_EQ(found(kCopiedRecord), kNothing);
    EXPECT_EQ(found(with(kCopiedRecord, "store *%p = @zero", "store %p = &@zero")).size(), 1u);
    EXPECT_EQ(found(with(kCopiedRecord, "store %p->Pair::second = 1", "store @zero.Pair::second = 1")).size(), 1u);
}

TEST(CopiedRecords, PointersInTheCopyLeadWhereThoseOfTheOriginalDo) {
    const std::string program = with(kCopiedRecord, "  spawn %t", "  store @zero.Pair::first = &@x\n  spawn %t");
    const std::string through =
        with(program, "  store %p->Pair::first = %arg\n  store %p->Pair::second = 1", "  store *%p->Pair::first = 1");
    EXPECT_EQ(found(through), Names{"race-unprotected-access at store *%p->Pair::first = 1"});
    const std::string locked =
        with(with(through, "  store *%p->Pair::first = 1",
                  "  acquire *%p->Pair::lock\n  store *%p->Pair::first = 1\n  release *%p->Pair::lock"),
             "  store @zero", "  store @zero.Pair::lock = &@mu\n  store @zero");
    EXPECT_EQ(found(with(locked, "global @x", "global @mu : pthread_mutex_t mutex\nglobal @x")), kNothing);
}

// A thread for each element, started by a function of its own.
const std::string kStartedByAFunction = R"(
global @slots : Slot
func worker(%s : Slot*) {
  store %s->Slot::x = 1
  ret
}
func start(%s : Slot*) {
  local %t : pthread_t taken
  spawn %t = worker(%s)
  ret
}
func main() {
  local %i : int
  loop again %i from 0 to 10
  store %i = 0
again:
  br ? body done
body:
  call start(&@slots[%i])
  store %i = %i + 1
  goto again
done:
  ret
}
)";

TEST(OwnElements, OfThreadsThatAFunctionStartsOneByOne) {
    EXPECT_EQ(found(kStartedByAFunction), kNothing);
    EXPECT_EQ(found(with(kStartedByAFunction, "start(&@slots[%i])", "start(&@slots[0])")).size(), 1u);
    EXPECT_EQ(found(with(kStartedByAFunction, "  call start", "  store @slots[%i].Slot::x = 0\n  call start")),
              kNothing);
    const std::string after =
        with(kStartedByAFunction, "  store %i = %i + 1", "  store @slots[%i].Slot::x = 2\n  store %i = %i + 1");
    EXPECT_EQ(found(after).size(), 1u);
    const std::string several = with(with(kStartedByAFunction, "  spawn %t = worker(%s)\n",
                                          "more:\n  spawn %t = worker(%s)\n  br ? more out\nout:\n"),
                                     "  ret\n}\nfunc start", "  ret\n}\nfunc start");
    EXPECT_EQ(found(several).size(), 1u);
}

// A pool that starts a worker whenever there is need of one, and counts them.
const std::string kCountedStarts = R"(
global @pool : Pool
func worker(%w : Worker*) {
  store %w->Worker::done = 1
  ret
}
func grow(%p : Pool*) {
  local %n : int, %w : Worker*
  store %n = %p->Pool::started init
  store %w = &@pool.Pool::workers[%n] init
  spawn %w->Worker::id = worker(%w)
  store %p->Pool::started = %p->Pool::started + 1 uses %p->Pool::started
  ret
}
func client() {
  call grow(&@pool)
  ret
}
func main() {
  local %t : pthread_t taken
  store @pool.Pool::started = 0
  call grow(&@pool)
  call grow(&@pool)
  spawn %t = client()
  ret
}
)";

TEST(CountedStarts, EachThreadHasTheElementOfItsNumber) {
    EXPECT_EQ(found(kCountedStarts), kNothing);
    // What its number says before the thread is started is nobody else's; afterwards it is.
    const std::string spawn = "  spawn %w->Worker::id = worker(%w)\n";
    EXPECT_EQ(found(with(kCountedStarts, spawn, "  store %w->Worker::done = 0\n" + spawn)), kNothing);
    EXPECT_EQ(found(with(kCountedStarts, spawn, spawn + "  store %w->Worker::done = 2\n")),
              Names{"race-unprotected-access at store %w->Worker::done = 2"});
}

TEST(CountedStarts, NumbersThatAreNotCountedUpAreShared) {
    const std::string race = "race-unprotected-access at store %w->Worker::done = 1";
    const std::string count = "  store %p->Pool::started = %p->Pool::started + 1 uses %p->Pool::started\n";
    EXPECT_EQ(found(with(kCountedStarts, count, "")), Names{race});
    EXPECT_EQ(found(with(kCountedStarts, count, "  store %p->Pool::started = ? uses %p->Pool::started\n")).count(race),
              1u);
    // A counter that goes back gives a number twice.
    const std::string back = "  store @pool.Pool::started = @pool.Pool::started + -1 uses @pool.Pool::started\n";
    EXPECT_EQ(found(with(kCountedStarts, "  spawn %t = client()\n", back + "  spawn %t = client()\n")).count(race), 1u);
    // So does one that begins anew.
    const std::string anew = count + "  br ? reset out\nreset:\n  store %p->Pool::started = 0\nout:\n";
    EXPECT_EQ(found(with(kCountedStarts, count, anew)).count(race), 1u);
    // Two threads of one number.
    const std::string spawn = "  spawn %w->Worker::id = worker(%w)\n";
    EXPECT_EQ(found(with(kCountedStarts, spawn, "more:\n" + spawn + "  br ? more out\nout:\n")).count(race), 1u);
}

}  // namespace
}  // namespace raddle::test
