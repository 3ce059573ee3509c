// What a project says of its own functions.
#include "analyzer/models/models.h"
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

using models::Effect;
using models::Model;

Model row(const char* function, Effect effect, int object = models::kNone) {
    Model model;
    model.function = function;
    model.effect = effect;
    model.object = object;
    return model;
}

models::Library library() {
    models::Library out;
    out.add(row("die", Effect::stop));
    out.add(row("holds", Effect::assume, 0));
    out.add(row("any_*", Effect::pure));
    Model begin = row("begin", Effect::acquire), end = row("end", Effect::release),
          alone = row("alone_*", Effect::runAtomically);
    begin.lockName = end.lockName = alone.lockName = "region";
    begin.lockKind = ir::LockKind::mutex;
    Model start = row("start", Effect::spawn, 0);
    start.callback = 2;
    start.argument = 1;
    start.position = 1;
    for (const Model& model : {begin, end, alone, start}) out.add(model);
    out.add(models::Guard{"Holder"});
    return out;
}

std::string configured(const std::string& code, const std::string& extension = ".c") {
    const SourceFile file(code, extension);
    auto unit = file.lower(library());
    return unit.ok() ? functionOf(*unit, "f") : toString(unit.error());
}

TEST(Configured, WhatFollowsAnAssumptionKnowsIt) {
    EXPECT_EQ(configured("int x; void holds(int);\n"
                         "void f(int a) { holds(a == 3); x = 1; }"),
              "  br %a == 3 uses %a b3 b2\n"
              "b2:\n"
              "  leave\n"
              "b3:\n"
              "  store @x = 1\n"
              "  ret %return\n");
}

TEST(Configured, NothingFollowsWhatDoesNotReturn) {
    EXPECT_EQ(configured("int x; void die(void);\n"
                         "void f(int a) { if (a) { die(); x = 1; } x = 2; }"),
              "  br %a != 0 uses %a b2 b3\n"
              "b2:\n"
              "  leave\n"
              "b3:\n"
              "  store @x = 2\n"
              "  ret %return\n");
}

TEST(Configured, AssumptionsInLoopsKeepTheBlocksInOrder) {
    EXPECT_EQ(configured("int x; void holds(int);\n"
                         "void f(int n) { for (int i = 0; i < n; ++i) { holds(i != 7); x = i; } }"),
              "  loop b2 %i from 0 to %n\n"
              "  store %i = 0 init\n"
              "b2:\n"
              "  br ? ordering text \"i < n\" uses %i, %n b3 b7\n"
              "b3:\n"
              "  br %i != 7 uses %i b5 b4\n"
              "b4:\n"
              "  leave\n"
              "b5:\n"
              "  store @x = %i uses %i\n"
              "  store %i = %i + 1 uses %i\n"
              "  goto b2\n"
              "b7:\n"
              "  ret %return\n");
}

TEST(Configured, NamedLocks) {
    EXPECT_EQ(configured("int x; void begin(void); void end(void); int alone_add(int);\n"
                         "void f(void) { begin(); x = 1; end(); x = alone_add(2); }"),
              "  acquire @\"lock region\" mutex\n"
              "  store @x = 1\n"
              "  release @\"lock region\"\n"
              "  acquire @\"lock region\" mutex\n"
              "  call alone_add(2) -> %t0\n"
              "  release @\"lock region\"\n"
              "  store @x = %t0 uses %t0\n"
              "  ret %return\n");
}

TEST(Configured, ThreadsAreGivenOneArgument) {
    EXPECT_EQ(configured("void start(long *, void *, void (*)(long *, void *));\n"
                         "void run(long *, void *); long id; int data;\n"
                         "void f(void) { start(&id, &data, run); }"),
              "  spawn @id = run(?, &@data)\n"
              "  ret %return\n");
}

TEST(Configured, GuardsOfAProject) {
    EXPECT_EQ(configured("struct Lock {}; struct Holder { Holder(Lock&); ~Holder(); };\n"
                         "Lock lock; int x;\n"
                         "void f() { Holder holder(lock); x = 1; }",
                         ".cpp"),
              "  store %holder.$lock = &@lock init\n"
              "  acquire @lock mutex\n"
              "  store @x = 1\n"
              "  release *%holder.$lock conditional\n"
              "  ret %return\n");
}

}  // namespace
}  // namespace raddle::test
