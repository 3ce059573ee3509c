#include "gui/models/graphs/flame_tree.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>

#include "gui/models/graphs/call_tree_model.h"
#include "gui/models/graphs/flame_layout.h"
#include "tests/support/timeline_builder.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::LockId;
using trace::ThreadId;
using Names = std::vector<std::string>;

// "a 30 { b 20 { } c 10 { } }", with what each node is called.
std::string text(const trace::Timeline& timeline, const FlameTree& tree, uint32_t node = 0) {
    if (tree.nodes.empty()) return "nothing";
    const FlameNode& n = tree.nodes[node];
    std::string out = nodeText(timeline, n).toStdString() + " " + std::to_string(n.totalNs);
    if (n.children == 0) return out;
    out += " {";
    for (uint32_t c = n.firstChild; c < n.firstChild + n.children; ++c) out += " " + text(timeline, tree, c);
    return out + " }";
}

class FlameTreeTest : public testing::Test {
  protected:
    FlameTreeTest() {
        trace::StackId push = build.stack({"push", "work", "start_thread"});
        trace::StackId pop = build.stack({"pop", "work", "start_thread"});
        auto wait = [&](ThreadId who, LockId lock, trace::StackId stack, int64_t begin, int64_t end) {
            trace::Wait& w = build.wait(who, lock, begin, end);
            w.stack = stack;
            w.blocker = b;
            w.blockerStack = build.stack(Names{"flush", "tick"});
        };
        wait(a, mu, push, 0, 100);
        wait(a, mu, push, 200, 300);
        wait(b, nu, pop, 500, 550);
    }

    std::string of(FlameQuery query) { return text(build.timeline, flameTree(build.timeline, query)); }

    TimelineBuilder build{1000};
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu"), nu = build.lock("nu");
};

TEST_F(FlameTreeTest, PutsTheHoldersStackUpsideDownOnTheWaiters) {
    EXPECT_EQ(of({.cost = FlameCost::lockWaits, .lock = mu}),
              "all 200 { work 200 { push 200 { waits for mu 200 { held by b 200 { flush 200 { tick 200 } } } } } }");
}

TEST_F(FlameTreeTest, MergesWhatIsAlikeAndPutsTheCostliestFirst) {
    FlameTree tree = flameTree(build.timeline, {.cost = FlameCost::lockWaits});
    ASSERT_GE(tree.nodes.size(), 4u);
    EXPECT_EQ(nodeText(build.timeline, tree.nodes[1]), "work");
    EXPECT_EQ(tree.nodes[1].totalNs, 250);
    EXPECT_EQ(tree.nodes[1].count, 3u);
    EXPECT_EQ(nodeText(build.timeline, tree.nodes[2]), "push");
    EXPECT_EQ(nodeText(build.timeline, tree.nodes[3]), "pop");
}

TEST_F(FlameTreeTest, FollowsTheSelectedTimeAndThreads) {
    EXPECT_EQ(of({.cost = FlameCost::lockWaits, .range = TimeRange{250, 260}, .fromLeaves = true}),
              "all 10 { waits for mu 10 { push 10 { work 10 } } }");
    EXPECT_EQ(of({.cost = FlameCost::lockWaits, .threads = {b}, .byThread = true, .fromLeaves = true}),
              "all 50 { b 50 { waits for nu 50 { pop 50 { work 50 } } } }");
    EXPECT_EQ(of({.cost = FlameCost::samples}), "nothing");
}

TEST_F(FlameTreeTest, ASandwichHasTheCallersAndTheCalleesOfOneFunction) {
    trace::FunctionId push = build.function("push");
    EXPECT_EQ(of({.cost = FlameCost::lockWaits, .fromLeaves = true, .around = push}),
              "all 200 { push 200 { work 200 } }");
    EXPECT_EQ(of({.cost = FlameCost::lockWaits, .around = push}),
              "all 200 { push 200 { waits for mu 200 { held by b 200 { flush 200 { tick 200 } } } } }");
}

TEST(FlameTreeOfCalls, GivesEachCallItsOwnTimeOnly) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.call(a, "main", 0, 0, 900);
    build.call(a, "f", 1, 100, 300);
    build.call(a, "g", 2, 150, 200);
    build.call(a, "f", 1, 400, 500);
    FlameTree tree = flameTree(build.timeline, {.cost = FlameCost::calls});
    EXPECT_EQ(text(build.timeline, tree), "all 900 { main 900 { f 300 { g 50 } } }");
    EXPECT_EQ(tree.nodes[2].selfNs, 250);
    EXPECT_EQ(tree.nodes[2].count, 2u) << "two calls of f, that of g not among them";
    tree = flameTree(build.timeline, {.cost = FlameCost::calls, .range = TimeRange{160, 170}});
    EXPECT_EQ(text(build.timeline, tree), "all 10 { main 10 { f 10 { g 10 } } }");
}

TEST(FlameTreeOfSamples, WeighsThem) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::StackId leaf = build.stack(Names{"leaf", "main"}), other = build.stack(Names{"other", "main"});
    build.timeline.threads[a.index()].samples = {{10, 4, leaf}, {20, 4, other}, {30, 4, leaf}};
    FlameTree tree = flameTree(build.timeline, {.cost = FlameCost::samples});
    EXPECT_EQ(text(build.timeline, tree), "all 12 { main 12 { leaf 8 other 4 } }");
    EXPECT_EQ(tree.nodes[2].count, 2u);
}

TEST(FlameTreeSamplesTest, LibrariesFunctionsCountWhereTheThreadWasAndNotWhereItBegan) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::StackId stack = build.stack(Names{"memcmp", "hook", "find", "start_thread"});
    build.timeline.functions[build.function("hook").index()].module = "/usr/lib/libraddle_rt.so";
    build.timeline.functions[build.function("memcmp").index()].module = "/lib/libc.so.6";
    build.timeline.threads[a.index()].samples = {{10, 4, stack}};
    EXPECT_EQ(text(build.timeline, flameTree(build.timeline, {.cost = FlameCost::samples})),
              "all 4 { find 4 { memcmp 4 } }");
    EXPECT_EQ(text(build.timeline, flameTree(build.timeline, {.cost = FlameCost::samples, .fromLeaves = true})),
              "all 4 { memcmp 4 { find 4 } }");
}

TEST(CallTreeModelTest, IsTheFlameTreeInLinesAndKeepsQtsRules) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::StackId leaf = build.stack(Names{"leaf", "main"}), other = build.stack(Names{"leaf", "other", "main"});
    build.timeline.functions[build.function("leaf").index()].module = "/usr/lib/libleaf.so";
    build.timeline.threads[a.index()].samples = {{10, 75, leaf}, {20, 25, other}};
    CallTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(model.rowCount(), 0);
    model.show(&build.timeline, flameTree(build.timeline, {.cost = FlameCost::samples, .fromLeaves = true}),
               FlameCost::samples);
    ASSERT_EQ(model.rowCount(), 1);
    QModelIndex top = model.index(0, CallTreeModel::Name);
    EXPECT_EQ(top.data().toString(), "leaf");
    EXPECT_EQ(top.siblingAtColumn(CallTreeModel::Total).data(TableModel::SortRole).toDouble(), 100);
    EXPECT_EQ(top.siblingAtColumn(CallTreeModel::Binary).data().toString(), "libleaf.so");
    ASSERT_EQ(model.rowCount(top), 2);
    EXPECT_EQ(model.index(0, 0, top).data().toString(), "main") << "costliest first";
    EXPECT_EQ(model.index(1, CallTreeModel::Count, top).data().toString(), "1");
    uint32_t main = model.costliestOf(build.function("main"));
    EXPECT_EQ(model.indexOf(main), model.index(0, 0, top)) << "the caller of 75, not that of 25";
    EXPECT_EQ(model.costliestOf(trace::FunctionId{99}), 0u);
    EXPECT_FALSE(model.indexOf(0).isValid());
    model.show(nullptr, {}, FlameCost::waits);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(FlameLayoutTest, ChildrenLieUnderTheirPartOfTheParentAndZoomFillsTheWidth) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    trace::StackId leaf = build.stack(Names{"leaf", "main"}), other = build.stack(Names{"other", "main"});
    build.timeline.threads[a.index()].samples = {{10, 75, leaf}, {20, 25, other}};
    FlameTree tree = flameTree(build.timeline, {.cost = FlameCost::samples});
    FlameLayout layout = layoutFlame(tree, 0, 100);
    ASSERT_EQ(layout.boxes.size(), 4u);
    EXPECT_EQ(layout.rows, 3u);
    EXPECT_DOUBLE_EQ(layout.boxes[2].right, 75);
    EXPECT_DOUBLE_EQ(layout.boxes[3].left, 75);
    EXPECT_EQ(boxAt(layout, 2, 80), 3u);
    EXPECT_EQ(boxAt(layout, 2, 101), SIZE_MAX);
    EXPECT_EQ(boxAt(layout, 7, 1), SIZE_MAX);
    layout = layoutFlame(tree, 3, 100);
    ASSERT_EQ(layout.boxes.size(), 3u) << "the callers and the node zoomed to";
    EXPECT_TRUE(layout.boxes[1].caller);
    EXPECT_DOUBLE_EQ(layout.boxes[2].right, 100);
    EXPECT_EQ(layoutFlame(tree, 0, 3).boxes.size(), 3u) << "what is narrower than a pixel is left out";
    EXPECT_TRUE(layoutFlame(FlameTree(), 0, 100).boxes.empty());
}

}  // namespace
}  // namespace raddle::gui
