#include "core/support/graph.h"

#include <gtest/gtest.h>

namespace raddle {
namespace {

using Cycles = std::vector<std::vector<uint32_t>>;

TEST(Graph, ComponentsListSuccessorsFirst) {
    Components components = stronglyConnectedComponents({{1}, {2}, {1, 3}, {}});
    EXPECT_EQ(components.members, (Cycles{{3}, {1, 2}, {0}}));
    EXPECT_EQ(components.of, (std::vector<uint32_t>{2, 1, 1, 0}));
}

TEST(Graph, ShortestCyclesAreFoundOnce) {
    EXPECT_EQ(shortestCycles({{1}, {0, 2}, {0}}), (Cycles{{0, 1}, {0, 1, 2}}));
    EXPECT_EQ(shortestCycles({{0}}), (Cycles{{0}}));
    EXPECT_EQ(shortestCycles({{1}, {2}, {}}), Cycles{});
}

}  // namespace
}  // namespace raddle
