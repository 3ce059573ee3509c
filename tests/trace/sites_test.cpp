#include "trace/timeline/sites.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace raddle::trace
