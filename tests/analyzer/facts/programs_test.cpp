// Several executables of one database: what they share and what is each one's own.
#include "tests/analyzer/analysed.h"

namespace raddle::test {
namespace {

TEST(Programs, ThreadsOfDifferentOnesNeverMeet) {
    std::vector<ir::Unit> units;
    units.push_back(unitOf(R"(
global @hits : int
func tick() {
  store @hits = 1
}
func start() {
  local %t : pthread_t taken
  spawn %t = tick()
}
)",
                           "lib.ir"));
    for (const char* file : {"a.ir", "b.ir"}) units.push_back(unitOf("func main() {\n  call start()\n}\n", file));
    link::Program program = link::link(std::move(units));
    const facts::Facts facts = facts::computeFacts(program);
    std::vector<facts::ThreadId> mains, ticks;
    for (uint32_t i = 0; i < facts.threads.size(); ++i)
        (facts.threads[i].kind == facts::ThreadKind::main ? mains : ticks).push_back(facts::ThreadId{i});
    ASSERT_EQ(mains.size(), 2u);
    ASSERT_EQ(ticks.size(), 1u);
    EXPECT_FALSE(facts.thread(ticks[0]).many);
    facts::LiveSetId live;
    for (const facts::Access& access : facts.accesses) live = access.live;
    ASSERT_TRUE(live.valid());
    EXPECT_FALSE(facts::mayRunInParallel(facts, mains[0], live, mains[1], live));
}

// Two executables that give the library they share a function of their own to call, each under a lock of its own.
TEST(Programs, RunNothingOfAnother) {
    std::vector<ir::Unit> units;
    units.push_back(unitOf("global @hook : Function*\nfunc fire() {\n  call @hook()\n  ret\n}\n", "lib.ir"));
    for (const std::string name : {"a", "b"})
        units.push_back(unitOf("global @hook : Function* extern\nglobal @mu_" + name +
                                   " : pthread_mutex_t mutex\nglobal @x_" + name + " : int\nfunc on_" + name +
                                   "() {\n  store @x_" + name + " = 1\n  ret\n}\nfunc main() {\n  store @hook = on_" +
                                   name + "\n  acquire @mu_" + name + "\n  call fire()\n  release @mu_" + name +
                                   "\n}\n",
                               name + ".ir"));
    link::Program program = link::link(std::move(units));
    const facts::Facts facts = facts::computeFacts(program);
    ASSERT_EQ(program.mains.size(), 2u);
    size_t seen = 0;
    for (const facts::Access& access : facts.accesses) {
        const std::string& function = program.text(program.function(facts.ops.function(access.op)).name);
        if (!function.starts_with("on_")) continue;
        ++seen;
        ASSERT_EQ(facts.locks(access.locks).size(), 1u);
        EXPECT_EQ(facts.places.describe(facts.locks(access.locks).front().lock), "mu_" + function.substr(3));
        EXPECT_EQ(facts.context(access.context).threads.size(), 1u);
    }
    EXPECT_EQ(seen, 2u);
}

}  // namespace
}  // namespace raddle::test
