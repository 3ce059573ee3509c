#include "gui/models/timeline/timeline_layout.h"

#include <gtest/gtest.h>

#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::LockId;
using trace::ThreadId;

// `a` holds `mu` from 100 to 500; `b` waits for it from 200 to 500 and then holds it to 600.
struct TwoThreads {
    TimelineBuilder build{1000};
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu");

    TwoThreads() {
        build.hold(a, mu, 100, 500);
        build.wait(b, mu, 200, 500).blocker = a;
        build.hold(b, mu, 500, 600, {}, true);
        build.call(a, "work", 0, 0, 900);
        build.call(a, "inner", 1, 50, 300);
    }
};

TEST(TimelineIndex, TellsBlockingHoldsFromQuietOnes) {
    TwoThreads two;
    TimelineIndex index = buildIndex(two.build.timeline);
    EXPECT_EQ(index.threads[0].holds.at(0).spans()[0].category, kHoldBlocking);
    EXPECT_EQ(index.threads[1].holds.at(0).spans()[0].category, kHoldQuiet);
    EXPECT_EQ(index.locks[0].mostWaiting, 1u);
    EXPECT_EQ(index.locks[0].held.spans().size(), 2u);
}

TEST(TimelineIndex, CountsHowManyWait) {
    TimelineBuilder build(1000);
    LockId mu = build.lock("mu");
    for (int i = 0; i < 3; ++i) build.wait(build.thread("t"), mu, 100 * i, 500);
    TimelineIndex index = buildIndex(build.timeline);
    EXPECT_EQ(index.locks[0].mostWaiting, 3u);
    EXPECT_EQ(index.locks[0].waiting.at(50)->category, 1);
    EXPECT_EQ(index.locks[0].waiting.at(250)->category, 3);
    EXPECT_EQ(index.locks[0].waiting.at(500), nullptr);
}

TEST(TimelineIndex, NestedHoldsLieInLanes) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.hold(a, build.lock("outer"), 0, 900);
    build.hold(a, build.lock("inner"), 100, 200);
    build.hold(a, build.lock("later"), 300, 400);
    TimelineIndex index = buildIndex(build.timeline);
    ASSERT_EQ(index.threads[0].holds.size(), 2u);
    EXPECT_EQ(index.threads[0].holds[1].spans().size(), 2u);
}

TEST(TimelineIndex, SurvivesIdsAndTimesThatMakeNoSense) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.wait(a, LockId{77}, -50, 5000).blocker = ThreadId{99};
    build.wait(a, trace::WaitKind::condition, 900, 100).object = trace::ObjectId{5};
    build.timeline.threads[0].holds.push_back(
        {LockId{88}, trace::LockMode::exclusive, 10, -10, false, false, trace::StackId{4}});
    build.timeline.threads[0].calls.push_back({trace::FunctionId{5}, 4000000000u, 0, 10, true});
    TimelineIndex index = buildIndex(build.timeline);
    EXPECT_EQ(index.threads[0].waits.spans()[0].endNs, 1000);
    EXPECT_FALSE(blockingHold(build.timeline, {a, 0}));
    EXPECT_TRUE(holdsDuring(build.timeline, index, {a, 0}, 10).empty());
    EXPECT_TRUE(buildIndex(trace::Timeline()).threads.empty());
}

TEST(TimelineIndex, FindsTheHoldInTheWay) {
    TwoThreads two;
    auto hold = blockingHold(two.build.timeline, {two.b, 0});
    ASSERT_TRUE(hold);
    EXPECT_EQ(*hold, (EventRef{two.a, 0}));
    TimelineIndex index = buildIndex(two.build.timeline);
    EXPECT_EQ(holdsDuring(two.build.timeline, index, {two.b, 0}, 10), std::vector{*hold});
}

TEST(TimelineIndex, StatesOfAThreadAddUpToItsLife) {
    trace::Timeline timeline = test::generateTimeline({});
    TimelineIndex index = buildIndex(timeline);
    for (size_t t = 0; t < timeline.threads.size(); ++t) {
        auto times = stateTimes(timeline.threads[t], index.threads[t], 0, timeline.durationNs);
        int64_t sum = 0;
        for (int64_t ns : times) sum += ns;
        EXPECT_EQ(sum, timeline.threads[t].endNs - timeline.threads[t].beginNs);
    }
    EXPECT_GT(index.meanRunning, 1);
    EXPECT_LE(static_cast<size_t>(index.mostRunning), timeline.threads.size());
}

TEST(RowLayout, RowsFollowEachOtherAndStripsLieInside) {
    trace::Timeline timeline = test::generateTimeline({});
    TimelineIndex index = buildIndex(timeline);
    RowLayout layout = layoutRows(index, trace::summarize(timeline), {});
    double y = 0;
    for (const Row& row : layout.rows) {
        EXPECT_DOUBLE_EQ(row.top, y);
        y += row.height;
        double inner = row.top;
        for (const Strip& strip : row.strips) {
            EXPECT_GE(strip.top, inner);
            inner = strip.top + strip.height;
            EXPECT_NE(trackOf(index, row, strip), nullptr);
        }
        EXPECT_LE(inner, row.top + row.height);
    }
    EXPECT_DOUBLE_EQ(layout.height, y);
    EXPECT_FALSE(layout.compact);
}

TEST(RowLayout, ManyThreadsMakeCompactRows) {
    TimelineBuilder build(1000);
    for (int i = 0; i < 100; ++i) build.thread("t");
    RowLayout layout = layoutRows(buildIndex(build.timeline), {}, {});
    EXPECT_TRUE(layout.compact);
    EXPECT_LT(layout.height, 100 * 24);
}

TEST(HitTest, FindsWhatIsDrawn) {
    TwoThreads two;
    TimelineIndex index = buildIndex(two.build.timeline);
    RowLayout layout = layoutRows(index, trace::summarize(two.build.timeline), {});
    TimeView view{0, 1000, 1000};
    auto at = [&](size_t row, StripKind kind, uint32_t lane, double x) {
        for (const Strip& strip : layout.rows[row].strips)
            if (strip.kind == kind && strip.lane == lane)
                return hitTest(index, layout, view, x, strip.top + strip.height / 2);
        return Hit();
    };
    EXPECT_EQ(at(0, StripKind::hold, 0, 300).span->item, 0u);
    EXPECT_EQ(at(0, StripKind::call, 1, 100).span->item, 1u);
    EXPECT_EQ(at(0, StripKind::state, 0, 300).span, nullptr);
    EXPECT_EQ(at(1, StripKind::state, 0, 300).span->item, 0u);
    EXPECT_EQ(at(1, StripKind::state, 0, 199.5).span->item, 0u) << "a pixel beside still hits";
    EXPECT_EQ(hitTest(index, layout, view, 10, layout.height + 5).row, nullptr);
    EXPECT_EQ(hitTest(index, layout, view, 10, -5).row, nullptr);
}

TEST(TimeView, ZoomKeepsTheMomentUnderTheCursor) {
    TimeView view{0, 1'000'000, 1000};
    TimeView closer = zoomed(view, 0.5, 250, 1'000'000);
    EXPECT_NEAR(static_cast<double>(closer.time(250)), 250'000, 2);
    EXPECT_EQ(closer.endNs - closer.beginNs, 500'000);
}

TEST(TimeView, StaysInsideTheRecording) {
    TimeView view{0, 1'000'000, 1000};
    EXPECT_EQ(zoomed(view, 100, 10, 1'000'000), view);
    EXPECT_EQ(panned(view, 500, 1'000'000), view);
    TimeView deep = view;
    for (int i = 0; i < 200; ++i) deep = zoomed(deep, 0.5, 900, 1'000'000);
    EXPECT_EQ(deep.endNs - deep.beginNs, 50);
    EXPECT_LE(deep.endNs, 1'000'000);
    TimeView end = panned(deep, 1e9, 1'000'000);
    EXPECT_EQ(end.endNs, 1'000'000);
    TimeView empty = showing(0, 0, 100, 0);
    EXPECT_GT(empty.endNs, empty.beginNs);
}

TEST(Ruler, HasRoundTimesFarEnoughApart) {
    std::vector<Tick> ticks = rulerTicks({0, 159'000'000, 1200}, 110);
    ASSERT_GT(ticks.size(), 3u);
    EXPECT_EQ(ticks[0].text, "0");
    EXPECT_EQ(ticks[1].text, "20 ms");
    for (size_t i = 1; i < ticks.size(); ++i) EXPECT_GE(ticks[i].x - ticks[i - 1].x, 110);
    EXPECT_EQ(rulerTicks({1'234'000'000, 1'234'100'000, 1000}, 110)[1].text, "1.23402 s");
}

TEST(StepWait, WalksAlongWaitsOfTheSelectedLock) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId mu = build.lock("mu"), other = build.lock("other");
    build.wait(a, mu, 100, 150);
    build.wait(a, other, 200, 250);
    build.wait(b, mu, 300, 350);
    TimelineIndex index = buildIndex(build.timeline);
    TimeView view{0, 1000, 100};
    SelectionState state;
    state.wait = EventRef{a, 0};
    EXPECT_EQ(stepWait(build.timeline, index, state, view, 1), (EventRef{a, 1}));
    state.lock = mu;
    EXPECT_EQ(stepWait(build.timeline, index, state, view, 1), (EventRef{b, 0}));
    EXPECT_EQ(stepWait(build.timeline, index, state, view, -1), std::nullopt);
    state.wait = EventRef{b, 0};
    EXPECT_EQ(stepWait(build.timeline, index, state, view, -1), (EventRef{a, 0}));
    EXPECT_EQ(stepWait(build.timeline, index, state, view, 1), std::nullopt);
    state.threads = {b};
    EXPECT_EQ(stepWait(build.timeline, index, state, view, -1), std::nullopt);
}

}  // namespace
}  // namespace raddle::gui
