// What kind of mistake a race is: the smallest program of each kind, and what takes its mark away.
#include <gmock/gmock.h>

#include "tests/analyzer/check/found.h"

namespace raddle::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const std::string kDoubleChecked = R"(
global @mu : pthread_mutex_t mutex
global @built : int
global @table : int
func use() {
  load @built
  br @built == 0 uses @built build ready
build:
  acquire @mu
  load @built
  br @built == 0 uses @built first done
first:
  store @table = 7
  store @built = 1
  goto done
done:
  release @mu
  goto ready
ready:
  load @table
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = use()
  spawn %b = use()
}
)";

TEST(RaceKinds, DoubleCheckedLocking) {
    EXPECT_EQ(found(kDoubleChecked), (Names{"race-double-checked-locking at store @built = 1",
                                            "race-unprotected-access at store @table = 7"}));
}

TEST(RaceKinds, CheckedOnceOnlyIsNotDoubleChecked) {
    const std::string once = with(kDoubleChecked, "br @built == 0 uses @built first done", "goto first");
    EXPECT_THAT(found(once), Not(Contains(HasSubstr("double-checked"))));
}

std::string ordered(std::string text) {
    text = with(text, "load @built\n", "load @built acquire\n");
    return with(text, "store @built = 1", "store @built = 1 release");
}

TEST(RaceKinds, AFlagWithOrderBringsAlongWhatWasWrittenBefore) {
    const std::string program =
        with(ordered(kDoubleChecked), "acquire @mu\n  load @built", "acquire @mu\n  load @built relaxed");
    EXPECT_EQ(found(program), kNothing);
}

TEST(RaceKinds, NotWhenTheFlagIsStoredRelaxed) {
    const std::string program =
        with(ordered(kDoubleChecked), "acquire @mu\n  load @built", "acquire @mu\n  load @built relaxed");
    EXPECT_EQ(found(with(program, "= 1 release", "= 1 relaxed")), Names{"race-unprotected-access at store @table = 7"});
}

TEST(RaceKinds, NotWhenTheTableIsWrittenAfterTheFlag) {
    const std::string program =
        with(ordered(kDoubleChecked), "acquire @mu\n  load @built", "acquire @mu\n  load @built relaxed");
    const std::string late = with(program, "  store @table = 7\n  store @built = 1 release\n",
                                  "  store @built = 1 release\n  store @table = 7\n");
    EXPECT_EQ(found(late), Names{"race-unprotected-access at store @table = 7"});
}

TEST(RaceKinds, NotWhenTheFlagIsClearedAgain) {
    const std::string program =
        with(ordered(kDoubleChecked), "acquire @mu\n  load @built", "acquire @mu\n  load @built relaxed");
    const std::string again = with(program, "  load @table\n  ret", "  load @table\n  store @built = 0 release\n  ret");
    EXPECT_THAT(found(again), Contains(HasSubstr("store @table = 7")));
}

TEST(RaceKinds, NotWhenTheFlagIsRaisedWithoutTheLock) {
    const std::string program =
        with(ordered(kDoubleChecked), "acquire @mu\n  load @built", "acquire @mu\n  load @built relaxed");
    const std::string early =
        with(program, "func main() {", "func other() {\n  store @built = 1 release\n  ret\n}\nfunc main() {");
    EXPECT_THAT(found(with(early, "  spawn %a = use()", "  spawn %a = use()\n  spawn %a = other()")),
                Contains(HasSubstr("store @table = 7")));
}

const std::string kEscaped = R"(
global @mu : pthread_mutex_t mutex
global @list : Node*
global @node : Node
func get() {
  local %return : Node*
  acquire @mu
  store %return = &@node
  release @mu
  ret %return
}
func reader() {
  local %n : Node*
  call get() -> %n
  load %n->Node::age
  ret
}
func writer() {
  acquire @mu
  store @node.Node::age = 1
  release @mu
  ret
}
func main() {
  local %a : pthread_t taken, %b : pthread_t taken
  spawn %a = reader()
  spawn %b = writer()
}
)";

TEST(RaceKinds, UsedAfterTheLockUnderWhichItWasObtained) {
    EXPECT_EQ(found(kEscaped), Names{"race-use-after-unlock at store @node.Node::age = 1"});
}

TEST(RaceKinds, ObtainedWithoutTheLockIsJustUnprotected) {
    EXPECT_EQ(
        found(with(kEscaped, "  acquire @mu\n  store %return = &@node\n  release @mu\n", "  store %return = &@node\n")),
        Names{"race-unprotected-access at store @node.Node::age = 1"});
}

TEST(RaceKinds, NotUsedUnderTheLockAgain) {
    EXPECT_EQ(found(with(kEscaped, "  load %n->Node::age", "  acquire @mu\n  load %n->Node::age\n  release @mu")),
              kNothing);
}

const std::string kPublished = R"(
global @mu : pthread_mutex_t mutex
global @task : Task*
func submit() {
  local %t : Task*
  alloc %t
  acquire @mu
  store @task = %t uses %t
  release @mu
  store %t->Task::count = 1
  ret
}
func worker() {
  acquire @mu
  load @task
  load @task->Task::count
  release @mu
  ret
}
func main() {
  local %a : pthread_t taken
  spawn %a = worker()
  call submit()
}
)";

TEST(RaceKinds, PublishedBeforeItIsFilled) {
    EXPECT_EQ(found(kPublished), Names{"race-early-publication at store %t->Task::count = 1"});
}

TEST(RaceKinds, NotWhenFilledFirst) {
    const std::string first = with(with(kPublished, "  store %t->Task::count = 1\n", ""), "  alloc %t\n",
                                   "  alloc %t\n  store %t->Task::count = 1\n");
    EXPECT_EQ(found(first), kNothing);
}

const std::string kMakes = R"ir(
func "Pump::Pump()"(%this : Pump*) name Pump::Pump class Pump constructor {
  local %c : Closure runs "Pump::lambda"
  store %c.capture::this = %this init
  spawn %this->Pump::thread = "Pump::lambda"(&%c)
  store %this->Pump::limit = 3 init
  ret
}
func "Pump::lambda"(%this : Closure*) {
  load %this->capture::this->Pump::limit
  ret
}
func main() {
  local %pump : Pump
  call "Pump::Pump()"(&%pump)
  join %pump.Pump::thread
}
)ir";

TEST(RaceKinds, StartedBeforeTheObjectIsComplete) {
    EXPECT_EQ(found(kMakes), Names{"race-early-start at store %this->Pump::limit = 3 init"});
}

TEST(RaceKinds, StartedBeforeAGlobalObjectIsComplete) {
    const std::string global =
        with(with(with(kMakes, "  local %pump : Pump\n", ""), "&%pump", "&@pump"), "%pump.", "@pump.");
    EXPECT_EQ(found("global @pump : Pump\n" + global), Names{"race-early-start at store %this->Pump::limit = 3 init"});
}

TEST(RaceKinds, NotWhenTheThreadIsStartedLast) {
    const std::string last = with(with(kMakes, "  store %this->Pump::limit = 3 init\n", ""), "  spawn %this",
                                  "  store %this->Pump::limit = 3 init\n  spawn %this");
    EXPECT_EQ(found(last), kNothing);
}

TEST(RaceKinds, NotWhenTheThreadUsesAnotherMember) {
    EXPECT_EQ(found(with(kMakes, "capture::this->Pump::limit", "capture::this->Pump::name")), kNothing);
}

const std::string kDerived = R"ir(
func "Pump::Pump()"(%this : Pump*) name Pump::Pump class Pump constructor {
  call "Pump::start()"(%this)
  ret
}
func "Pump::start()"(%this : Pump*) class Pump {
  spawn %this->Pump::thread = "Pump::run()"(%this)
  ret
}
func "Pump::run()"(%this : Pump*) class Pump {
  load %this->Deep::limit
  ret
}
func "Deep::Deep()"(%this : Deep*) name Deep::Deep class Deep constructor {
  call "Pump::Pump()"(%this)
  store %this->Deep::limit = 3 init
  ret
}
func main() {
  local %pump : Deep
  call "Deep::Deep()"(&%pump)
  join %pump.Pump::thread
}
)ir";

TEST(RaceKinds, StartedByTheBaseClass) {
    EXPECT_EQ(found(kDerived), Names{"race-early-start at store %this->Deep::limit = 3 init"});
    EXPECT_EQ(found(with(kDerived, "  spawn %this->Pump::thread = \"Pump::run()\"(%this)\n", "")), kNothing);
}

const std::string kFills = R"(
func start() {
  local %return : Worker*, %w : Worker*
  alloc %w
  spawn %w->Worker::thread = run(%w)
  store %w->Worker::id = 1
  store %return = %w
  ret %return
}
func run(%w : Worker*) {
  load %w->Worker::id
  ret
}
func main() {
  local %w : Worker*
  call start() -> %w
  join %w->Worker::thread
}
)";

TEST(RaceKinds, StartedBeforeTheRecordIsFilled) {
    EXPECT_EQ(found(kFills), Names{"race-early-start at store %w->Worker::id = 1"});
    const std::string first =
        with(with(kFills, "  store %w->Worker::id = 1\n", ""), "  spawn", "  store %w->Worker::id = 1\n  spawn");
    EXPECT_EQ(found(first), kNothing);
}

const std::string kMixed = R"(
global @hits : int
func worker() {
  rmw @hits relaxed
  ret
}
func main() {
  local %a : pthread_t taken
  spawn %a = worker()
  load @hits
  join %a
}
)";

TEST(RaceKinds, AtomicBesidePlain) {
    EXPECT_EQ(found(kMixed), Names{"race-mixed-atomic at rmw @hits relaxed"});
    EXPECT_EQ(found(with(kMixed, "load @hits", "load @hits relaxed")), kNothing);
    EXPECT_EQ(found(with(kMixed, "  load @hits\n  join %a", "  join %a\n  load @hits")), kNothing);
}

TEST(RaceKinds, VolatileIsNoSynchronisation) {
    const std::string flag =
        with(with(kMixed, "rmw @hits relaxed", "store @hits = 1 volatile"), "load @hits", "load @hits volatile");
    EXPECT_EQ(found(flag), Names{"race-volatile at store @hits = 1 volatile"});
}

TEST(RaceKinds, ContainersDoNotSynchroniseThemselves) {
    const std::string grow =
        with(with(kMixed, "rmw @hits relaxed", "store @hits.$state = ?"), "load @hits", "load @hits.$state");
    EXPECT_EQ(found(grow), Names{"race-container at store @hits.$state = ?"});
}

}  // namespace
}  // namespace raddle::test
