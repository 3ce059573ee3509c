// Joining units into one program.
#include "analyzer/link/program.h"

#include <gmock/gmock.h>

#include "tests/analyzer/cir.h"

namespace raddle::test {
namespace {

using testing::UnorderedElementsAre;

// Units of the files 0.ir, 1.ir, …
link::Program linked(const std::vector<std::string>& texts) {
    std::vector<ir::Unit> units;
    for (const std::string& text : texts) units.push_back(unitOf(text, std::to_string(units.size()) + ".ir"));
    return link::link(std::move(units));
}

const ir::Op& opOf(const link::Program& program, std::string_view function, size_t op) {
    return program.function(program.find(function)).blocks[0].ops[op];
}

TEST(Link, InlineFunctionIsKeptOnceFromTheFirst) {
    const link::Program program = linked({R"(
func inlined() at "shared.h":1:1 {
  ret 1
}
func a() {
  call inlined()
}
)",
                                          R"(
func inlined() at "shared.h":1:1 {
  ret 2
}
func b() {
  call inlined()
}
)"});
    EXPECT_EQ(program.functions.size(), 3u);
    EXPECT_EQ(opOf(program, "inlined", 0).value.constant, 1);
    EXPECT_EQ(opOf(program, "a", 0).value.function, opOf(program, "b", 0).value.function);
    EXPECT_TRUE(program.find(opOf(program, "b", 0).value.function).valid());
}

// The object around a field is named by the field, whatever number its name had in the unit.
TEST(Link, NamesInPlacesAreTheProgramsOwn) {
    const char* text = R"(
func b(%node : Node*) {
  store (*%node)^Job::node->Job::state = 1
}
)";
    const link::Program program = linked({"func a(%p : Other*) {\n  store %p->Other::field = 1\n}\n", text});
    const std::vector<ir::Step>& steps = opOf(program, "b", 0).place.steps;
    ASSERT_EQ(steps.size(), 4u);
    EXPECT_EQ(steps[1].kind, ir::StepKind::container);
    EXPECT_EQ(program.text({static_cast<uint32_t>(steps[1].value)}), "Job::node");
    EXPECT_EQ(program.text({static_cast<uint32_t>(steps[3].value)}), "Job::state");
}

TEST(Link, FunctionsNeedNoName) {
    EXPECT_EQ(linked({"func f() unnamed {\n}\n"}).functions.size(), 1u);
}

// A part of a program whose wrappers of locks are elsewhere.
TEST(Link, FunctionThatIsNotThereIsALockFunctionByNameAndUse) {
    const link::Program program = linked({R"ir(
global @mu : Mutex
global @other : Mutex
func f() {
  call my_lock1(&@mu)
  release @mu
  call my_lock1(&@other)
}
func g(%p : Mutex*) {
  call "MutexReadLock(Mutex*)"(%p)
  call "MutexUnlock(Mutex*)"(%p)
}
)ir"});
    EXPECT_EQ(opOf(program, "f", 0).kind, ir::OpKind::acquire);
    EXPECT_EQ(opOf(program, "f", 0).place, opOf(program, "f", 1).place);
    EXPECT_EQ(opOf(program, "f", 2).kind, ir::OpKind::acquire);
    EXPECT_EQ(opOf(program, "g", 0).kind, ir::OpKind::acquire);
    EXPECT_EQ(opOf(program, "g", 0).mode, ir::LockMode::shared);
    EXPECT_EQ(opOf(program, "g", 1).kind, ir::OpKind::release);
}

TEST(Link, PairsOfLockFunctionsThatAreNotThereInWrappers) {
    const link::Program program = linked({R"ir(
func cache_lock(%data : Data*) {
  call Share_lock(%data, 4, 2)
}
func cache_unlock(%data : Data*) {
  call Share_unlock(%data, 4)
}
)ir"});
    EXPECT_EQ(opOf(program, "cache_lock", 0).kind, ir::OpKind::acquire);
    EXPECT_EQ(opOf(program, "cache_unlock", 0).kind, ir::OpKind::release);
    EXPECT_EQ(opOf(program, "cache_lock", 0).place.steps, opOf(program, "cache_unlock", 0).place.steps);
}

// A program that goes on without its lock knows that it needs none.
TEST(Link, LockFunctionsThatLockOnConditionLock) {
    const auto program = [](const std::string& name) {
        return linked({"global @threaded : bool\nfunc " + name + R"ir((%mu : Mutex*) {
b0:
  load @threaded
  br @threaded != 0 b1 b2
b1:
  acquire *%mu
  goto b2
b2:
  ret
}
)ir"});
    };
    EXPECT_EQ(program("my_mutex_lock").functions[0].blocks[0].successors, std::vector<ir::BlockId>{1});
    EXPECT_EQ(program("my_mutex_trylock").functions[0].blocks[0].successors.size(), 2u);
    EXPECT_EQ(program("refill").functions[0].blocks[0].successors.size(), 2u);
}

TEST(Link, NamesAloneMakeNoLockFunctions) {
    const link::Program program = linked({R"ir(
global @mu : Mutex
func alone() {
  call my_lock(&@mu)
}
func tries() {
  call my_try_lock(&@mu)
  call run_clock(&@mu)
  release @mu
}
func defined(%p : Mutex*) {
  call take_lock(%p)
  release *%p
}
func take_lock(%p : Mutex*) {
  ret
}
)ir"});
    EXPECT_EQ(opOf(program, "alone", 0).kind, ir::OpKind::call);
    EXPECT_EQ(opOf(program, "tries", 0).kind, ir::OpKind::call);
    EXPECT_EQ(opOf(program, "tries", 1).kind, ir::OpKind::call);
    EXPECT_EQ(opOf(program, "defined", 0).kind, ir::OpKind::call);
}

TEST(Link, ExternGlobalIsOneForAllUnits) {
    const link::Program program = linked({R"(
global @other : int
global @counter : int extern
func a() {
  store @counter = 1
}
)",
                                          R"(
global @counter : int
func b() {
  store @counter = 2
}
)"});
    EXPECT_EQ(program.globals.size(), 2u);
    EXPECT_EQ(opOf(program, "a", 0).place, opOf(program, "b", 0).place);
    EXPECT_EQ(program.text(program.globals[opOf(program, "b", 0).place.root.index].key), "counter");
}

TEST(Link, DefinitionTellsThatALockIsRecursive) {
    const std::string declared = "global @mu : pthread_mutex_t mutex extern\n",
                      defined = "global @mu : pthread_mutex_t recursive\n";
    EXPECT_EQ(linked({declared, defined}).globals[0].lockKind, ir::LockKind::recursive);
    EXPECT_EQ(linked({defined, declared}).globals[0].lockKind, ir::LockKind::recursive);
}

TEST(Link, StaticsOfOneNameStayApart) {
    const link::Program program = linked({R"(
global @"state@a.c" : int name state
func "step@a.c"() name step static {
  store @"state@a.c" = 1
}
)",
                                          R"(
global @"state@b.c" : int name state
func "step@b.c"() name step static {
  store @"state@b.c" = 2
}
)"});
    EXPECT_EQ(program.functions.size(), 2u);
    EXPECT_EQ(program.globals.size(), 2u);
    const ir::Op &a = opOf(program, "step@a.c", 0), &b = opOf(program, "step@b.c", 0);
    EXPECT_NE(a.place, b.place);
    EXPECT_EQ(program.text(program.globals[a.place.root.index].name), "state");
    EXPECT_EQ(program.text(program.globals[b.place.root.index].name), "state");
}

TEST(Link, ClashingDefinitionsBelongToAnotherExecutable) {
    const link::Program program = linked({R"(
global @state : int
func main() {
  store @state = 1
  call step()
}
func step() {
  ret 1
}
)",
                                          R"(
global @state : int
func main() {
  store @state = 2
  call step()
}
func step() {
  ret 2
}
)"});
    EXPECT_EQ(program.functions.size(), 4u);
    EXPECT_EQ(program.globals.size(), 2u);
    const ir::Op &first = opOf(program, "main", 0), &second = opOf(program, "main@1.ir", 0);
    EXPECT_NE(first.place, second.place);
    const ir::NameId called = opOf(program, "main@1.ir", 1).value.function;
    EXPECT_EQ(program.function(program.find(called)).blocks[0].ops[0].value.constant, 2);
}

// A test program beside the library brings functions of its own in place of the library's.
TEST(Link, OtherFilesDoNotMeanWhatIsDefinedBesideAMain) {
    const link::Program program = linked({R"(
func main() {
  call step()
}
func step() {
  ret 1
}
)",
                                          R"(
func caller() {
  call step()
}
)",
                                          R"(
func step() {
  ret 2
}
)"});
    const auto calledBy = [&](std::string_view function) {
        return program.function(program.find(opOf(program, function, 0).value.function))
            .blocks[0]
            .ops[0]
            .value.constant;
    };
    EXPECT_EQ(calledBy("caller"), 2);
    EXPECT_EQ(calledBy("main"), 1);
}

TEST(Link, IdsInsideFunctionsAreTranslated) {
    // The second unit's ids differ from the program's: its names come in another order, after those of the first.
    const link::Program program = linked({R"(
global @first : int
func a() {
  load @first
}
)",
                                          R"(
global @i : int
global @table : Table
func b(%q : Queue*) {
  local %n : int
  loop again @i from 0 to %n
  store @table.Table::rows[@i].Row::cell = %q->Queue::head uses @i, %q->Queue::tail
  call g(&@table.Table::rows)
again:
  br @i == 3 uses @i again done
done:
  ret
}
)"});
    const ir::Function& b = program.function(program.find("b"));
    const auto text = [&](const ir::Place& place) {
        std::string result = place.root.kind == ir::RootKind::global
                                 ? program.text(program.globals[place.root.index].key)
                                 : program.text(b.formals[place.root.index].name);
        for (const ir::Step& step : place.steps) {
            if (step.kind == ir::StepKind::field)
                result += " ." + program.text({static_cast<uint32_t>(step.value)});
            else if (step.kind == ir::StepKind::indexVariable)
                result += " [" + program.text(program.globals[static_cast<size_t>(step.value)].key) + "]";
            else
                result += " *";
        }
        return result;
    };
    const ir::Op &store = b.blocks[0].ops[0], &call = b.blocks[0].ops[1];
    EXPECT_EQ(text(store.place), "table .Table::rows [i] .Row::cell");
    EXPECT_EQ(text(store.value.place), "q * .Queue::head");
    ASSERT_EQ(store.uses.size(), 2u);
    EXPECT_EQ(text(store.uses[0]), "i");
    EXPECT_EQ(text(store.uses[1]), "q * .Queue::tail");
    EXPECT_EQ(program.text(call.value.function), "g");
    EXPECT_EQ(text(call.args[0].place), "table .Table::rows");
    EXPECT_EQ(text(b.blocks[1].condition.place), "i");
    EXPECT_EQ(text({b.loops[0].variable, {}}), "i");
    EXPECT_EQ(program.text(b.formals[0].type), "Queue");
}

TEST(Link, OverridersAreClosedTransitively) {
    const link::Program program = linked({R"(
override Base::run Middle::run
)",
                                          R"(
override Base::run Middle::run
override Middle::run Last::run
override Base::run Other::run
)"});
    const auto overriders = [&](std::string_view base) {
        std::vector<std::string> names;
        if (auto it = program.overriders.find(program.names.find(base)); it != program.overriders.end())
            for (ir::NameId derived : it->second) names.push_back(program.text(derived));
        return names;
    };
    EXPECT_THAT(overriders("Base::run"), UnorderedElementsAre("Middle::run", "Last::run", "Other::run"));
    EXPECT_THAT(overriders("Middle::run"), UnorderedElementsAre("Last::run"));
    EXPECT_THAT(overriders("Other::run"), UnorderedElementsAre());
}

TEST(Link, FunctionWithoutBodyIsNotFound) {
    const link::Program program = linked({"func main() {\n  call printf()\n}\n"});
    EXPECT_TRUE(program.find("main").valid());
    EXPECT_FALSE(program.find("printf").valid());
    EXPECT_FALSE(program.find("never named").valid());
}

TEST(Link, NothingGivesAnEmptyProgram) {
    const link::Program program = linked({});
    EXPECT_TRUE(program.functions.empty());
    EXPECT_TRUE(program.globals.empty());
}

// How many ops of the kind a function has.
size_t countOf(const link::Program& program, std::string_view function, ir::OpKind kind) {
    size_t count = 0;
    for (const ir::Block& block : program.function(program.find(function)).blocks)
        for (const ir::Op& op : block.ops) count += op.kind == kind;
    return count;
}

const std::string kAllocator = R"(
func xmalloc(%size : size_t) {
  local %p : void*, %return : void*
  alloc %p
  br %p == 0 none some
none:
  call fail()
  goto some
some:
  store %return = %p
  ret %return
}
func twice(%size : size_t) {
  local %t : void*, %return : void*
  call xmalloc(%size) -> %t
  store %return = %t
  ret %return
}
func user() {
  local %a : void*, %b : void*
  call twice(1) -> %a
  call xmalloc(2) -> %b
}
)";

TEST(Link, CallsOfWhatOnlyAllocatesAreAllocations) {
    const link::Program program = linked({kAllocator});
    EXPECT_EQ(countOf(program, "user", ir::OpKind::alloc), 2u);
    EXPECT_EQ(countOf(program, "twice", ir::OpKind::alloc), 1u);
    EXPECT_EQ(countOf(program, "xmalloc", ir::OpKind::alloc), 1u);
}

TEST(Link, WhoKeepsWhatItMakesIsNoAllocator) {
    const auto with = [](std::string_view added) {
        std::string text = kAllocator;
        text.insert(text.find("  store %return = %p"), added);
        return "global @kept : void*\n" + text;
    };
    EXPECT_EQ(countOf(linked({with("  store @kept = %p\n")}), "user", ir::OpKind::alloc), 0u);
    EXPECT_EQ(countOf(linked({with("  store %p = @kept\n")}), "user", ir::OpKind::alloc), 0u);
    EXPECT_EQ(countOf(linked({with("  call enrol(%p)\n")}), "user", ir::OpKind::alloc), 0u);
}

}  // namespace
}  // namespace raddle::test
