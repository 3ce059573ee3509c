#include "gui/models/graphs/lock_graph.h"

#include <gtest/gtest.h>

#include "gui/models/graphs/graph_layout.h"
#include "tests/support/timeline_builder.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::LockId;
using trace::ThreadId;

// "a>b 2 circle danger", one for each arrow.
std::vector<std::string> text(const LockGraph& graph) {
    std::vector<std::string> out;
    for (const LockArrow& arrow : graph.arrows) {
        std::string line = graph.nodes[arrow.from].name + ">" + graph.nodes[arrow.to].name;
        if (arrow.observed) line += " " + std::to_string(arrow.count);
        if (arrow.inCircle) line += " circle";
        if (arrow.dangerous) line += " danger";
        if (!arrow.findings.empty()) line += " finding";
        out.push_back(line);
    }
    std::sort(out.begin(), out.end());
    return out;
}

class LockGraphTest : public testing::Test {
  protected:
    void nest(ThreadId who, LockId first, LockId second, int64_t at) {
        build.hold(who, first, at, at + 50);
        build.hold(who, second, at + 10, at + 40);
    }
    LockGraph graph(const std::vector<Finding>& findings = {}) {
        return lockGraph(build.timeline, trace::lockOrder(build.timeline), findings);
    }

    TimelineBuilder build{100'000};
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId outer = build.lock("Bank::outer"), inner = build.lock("Bank::inner");
};

Finding staticOrder(const std::string& held, const std::string& taken) {
    Finding finding;
    finding.property = Property::deadlock;
    finding.locations.push_back({{"bank.cc", 7, 1}, "f", "acquires `" + taken + "` holding `" + held + "`"});
    return finding;
}

TEST_F(LockGraphTest, CountsWhatIsTakenUnderWhat) {
    nest(a, outer, inner, 100);
    nest(b, outer, inner, 200);
    EXPECT_EQ(text(graph()), (std::vector<std::string>{"Bank::outer>Bank::inner 2"}));
}

TEST_F(LockGraphTest, OppositeOrdersOfTwoThreadsAreDangerous) {
    nest(a, outer, inner, 100);
    nest(b, inner, outer, 200);
    EXPECT_EQ(text(graph()), (std::vector<std::string>{"Bank::inner>Bank::outer 1 circle danger",
                                                       "Bank::outer>Bank::inner 1 circle danger"}));
}

TEST_F(LockGraphTest, OppositeOrdersOfOneThreadAreACircleWithoutDanger) {
    nest(a, outer, inner, 100);
    nest(a, inner, outer, 200);
    EXPECT_EQ(text(graph()),
              (std::vector<std::string>{"Bank::inner>Bank::outer 1 circle", "Bank::outer>Bank::inner 1 circle"}));
}

TEST_F(LockGraphTest, FindingsAddWhatTheRunDidNotDoToTheSameLocks) {
    nest(a, outer, inner, 100);
    auto lines = text(graph({staticOrder("bank.inner", "bank.outer"), staticOrder("bank.outer", "bank.inner")}));
    EXPECT_EQ(lines, (std::vector<std::string>{"Bank::inner>Bank::outer circle danger finding",
                                               "Bank::outer>Bank::inner 1 circle danger finding"}));
    EXPECT_EQ(text(graph({staticOrder("other.x", "other.y")})).size(), 2u) << "locks that were not recorded";
}

TEST_F(LockGraphTest, NamespacesAndFoldersOfNamesDoNotKeepLocksApart) {
    build.timeline.locks[outer.index()].name = "(anonymous namespace)::alice.mutex";
    build.timeline.locks[inner.index()].name = "(anonymous namespace)::bob.mutex";
    nest(a, outer, inner, 100);
    EXPECT_EQ(text(graph({staticOrder("alice.mutex", "bob.mutex")})),
              (std::vector<std::string>{"alice.mutex>bob.mutex 1 danger finding"}));
}

TEST_F(LockGraphTest, KeepsThoseInCirclesWhenThereAreTooMany) {
    for (size_t i = 0; i < kMostLocks + 20; ++i)
        nest(a, outer, build.lock("l" + std::to_string(i)), static_cast<int64_t>(i) * 60);
    nest(a, outer, inner, 90'000);
    nest(b, inner, outer, 91'000);
    LockGraph thinned = graph();
    EXPECT_EQ(thinned.nodes.size(), kMostLocks);
    EXPECT_EQ(thinned.leftOut, 22u);
    EXPECT_EQ(
        std::count_if(thinned.arrows.begin(), thinned.arrows.end(), [](const LockArrow& l) { return l.dangerous; }), 2);
}

TEST(GraphLayoutTest, BoxesDoNotOverlapAndLinesEndAtTheirBoxes) {
    std::vector<QSizeF> sizes(5, QSizeF(120, 30));
    std::vector<std::pair<uint32_t, uint32_t>> lines{{0, 1}, {1, 2}, {2, 0}, {0, 3}, {0, 1}, {4, 4}};
    GraphLayout layout = layoutGraph(sizes, lines);
    ASSERT_EQ(layout.boxes.size(), 5u);
    for (size_t i = 0; i < 5; ++i)
        for (size_t j = i + 1; j < 5; ++j) EXPECT_FALSE(layout.boxes[i].intersects(layout.boxes[j])) << i << " " << j;
    for (size_t i = 0; i < lines.size(); ++i) {
        ASSERT_GE(layout.lines[i].curve.size(), 4u) << i;
        EXPECT_EQ(layout.lines[i].curve.size() % 3, 1u);
        QRectF target = layout.boxes[lines[i].second].adjusted(-3, -3, 3, 3);
        EXPECT_TRUE(target.contains(layout.lines[i].curve.back())) << i;
    }
    EXPECT_TRUE(layoutGraph({}, {}).boxes.empty());
}

}  // namespace
}  // namespace raddle::gui
