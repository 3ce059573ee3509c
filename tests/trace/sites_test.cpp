#include "trace/timeline/sites.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"

namespace raddle::trace {
namespace {

TEST(Sites, LibraryFunctionsAreWrappersByName) {
    EXPECT_TRUE(isWrapper("std::mutex::lock()"));
    EXPECT_FALSE(isWrapper("Queue::lock()"));
}

// With line tables only, an inlined std::mutex::lock is called "lock".
TEST(Sites, LibraryFunctionsAreWrappersByFile) {
    EXPECT_TRUE(isWrapper(Function{"lock", {}, {"/usr/include/c++/12/bits/std_mutex.h", 98, 0}}));
    EXPECT_FALSE(isWrapper(Function{"lock", {}, {"/src/queue.cpp", 98, 0}}));
}

TEST(Sites, WithoutANameAreTheFunctionsAroundThem) {
    test::TimelineBuilder build(1000);
    const StackId stack = build.stack("pthread_mutex_lock");
    const StackId alone = build.stack("0x1000");
    Timeline& timeline = build.timeline;
    const auto add = [&](const char* name, const char* module) {
        timeline.functions.push_back({name, module, {}});
        timeline.stacks[stack.index()].frames.push_back(
            {FunctionId{static_cast<uint32_t>(timeline.functions.size() - 1)}, {}});
    };
    add("0x4f92c0", "/usr/bin/python3");
    add("0x4f0000", "/usr/bin/python3");
    add("Py_RunMain", "/usr/bin/python3");
    add("main", "/usr/bin/other");
    EXPECT_EQ(timeline.functions[siteOf(timeline, stack).function.index()].name, "Py_RunMain");
    EXPECT_EQ(timeline.functions[siteOf(timeline, alone).function.index()].name, "0x1000");
    timeline.functions[timeline.functions.size() - 2].name = "0x5000";
    EXPECT_EQ(timeline.functions[siteOf(timeline, stack).function.index()].name, "0x4f92c0")
        << "what another module calls it by is not said";
}

}  // namespace
}  // namespace raddle::trace
