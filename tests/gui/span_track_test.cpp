#include "gui/models/base/span_track.h"

#include <gmock/gmock.h>

#include <random>

namespace raddle::gui {
namespace {

using testing::ElementsAre;

int64_t timeByHand(const SpanTrack& track, uint8_t category, int64_t begin, int64_t end) {
    int64_t sum = 0;
    for (const Span& span : track.spans())
        if (span.category == category)
            sum += std::max<int64_t>(0, std::min(span.endNs, end) - std::max(span.beginNs, begin));
    return sum;
}

SpanTrack randomTrack(uint32_t seed, size_t count, int64_t longest) {
    std::mt19937 random(seed);
    std::vector<Span> spans;
    int64_t at = 0;
    for (uint32_t i = 0; i < count; ++i) {
        at += random() % static_cast<uint32_t>(longest);
        int64_t end = at + 1 + random() % static_cast<uint32_t>(longest);
        spans.push_back({at, end, i, static_cast<uint8_t>(random() % kCategories)});
        at = end;
    }
    return SpanTrack(std::move(spans));
}

TEST(SpanTrack, SortsAndCutsOverlaps) {
    SpanTrack track({{50, 80, 2, 0}, {0, 60, 1, 0}, {10, 20, 3, 0}, {90, 90, 4, 0}, {100, 95, 5, 0}});
    EXPECT_THAT(track.spans(), ElementsAre(Span{0, 60, 1, 0}, Span{60, 80, 2, 0}));
}

TEST(SpanTrack, FindsWhatCoversAMoment) {
    SpanTrack track({{10, 20, 1, 0}, {30, 40, 2, 0}});
    EXPECT_EQ(track.at(9), nullptr);
    EXPECT_EQ(track.at(10)->item, 1u);
    EXPECT_EQ(track.at(20), nullptr);
    EXPECT_EQ(track.at(39)->item, 2u);
    EXPECT_EQ(track.at(40), nullptr);
}

TEST(SpanTrack, SumsTimeByCategoryAsCountedByHand) {
    SpanTrack track = randomTrack(7, 1000, 40);
    std::mt19937 random(3);
    int64_t end = track.spans().back().endNs;
    for (int i = 0; i < 300; ++i) {
        int64_t a = random() % static_cast<uint32_t>(end), b = a + random() % 5000;
        CategoryTimes times = track.timeIn(a, b);
        for (uint8_t c = 0; c < kCategories; ++c) ASSERT_EQ(times[c], timeByHand(track, c, a, b)) << a << " " << b;
    }
    EXPECT_EQ(track.timeIn(50, 50), CategoryTimes{});
    EXPECT_EQ(SpanTrack().timeIn(0, 100), CategoryTimes{});
}

TEST(SpanTrack, SearchFromAnEarlierMomentGivesTheSame) {
    SpanTrack track = randomTrack(11, 5000, 30);
    SpanTrack::Before known;
    for (int64_t ns = 0; ns < track.spans().back().endNs + 100; ns += 37) {
        SpanTrack::Before fresh = track.before(ns);
        known = track.before(ns, known);
        ASSERT_EQ(known.count, fresh.count);
        ASSERT_EQ(known.times, fresh.times);
    }
}

TEST(TrackLayout, WideSpansAreBoxesAtTheirPixels) {
    SpanTrack track({{100, 200, 1, 3}, {400, 1000, 2, 5}});
    TrackLayout layout = layoutTrack(track, {0, 1000, 500});
    ASSERT_EQ(layout.boxes.size(), 2u);
    EXPECT_TRUE(layout.columns.empty());
    EXPECT_FLOAT_EQ(layout.boxes[0].left, 50);
    EXPECT_FLOAT_EQ(layout.boxes[0].right, 100);
    EXPECT_EQ(layout.boxes[0].category, 3);
    EXPECT_EQ(layout.boxes[1].item, 2u);
}

TEST(TrackLayout, NarrowSpansAreSharesOfTheirColumn) {
    // Ten nanoseconds a pixel; half of pixel 3 is category 1, a fifth category 2.
    SpanTrack track({{30, 33, 1, 1}, {34, 36, 2, 2}, {37, 39, 3, 1}});
    TrackLayout layout = layoutTrack(track, {0, 1000, 100});
    EXPECT_TRUE(layout.boxes.empty());
    ASSERT_EQ(layout.columns.size(), 1u);
    EXPECT_EQ(layout.columns[0].x, 3);
    EXPECT_FLOAT_EQ(layout.columns[0].share[1], 0.5f);
    EXPECT_FLOAT_EQ(layout.columns[0].share[2], 0.2f);
}

TEST(TrackLayout, NeverMoreThanThePixelsShowWhateverTheNumberOfSpans) {
    SpanTrack track = randomTrack(5, 200000, 20);
    int64_t end = track.spans().back().endNs;
    for (int64_t length = end; length > 100; length /= 3) {
        TimeView view{end / 3, end / 3 + length, 700};
        TrackLayout layout = layoutTrack(track, view);
        EXPECT_LE(layout.columns.size(), 700u);
        EXPECT_LE(layout.boxes.size(), 352u);
    }
}

TEST(TrackLayout, LosesNoTime) {
    SpanTrack track = randomTrack(9, 20000, 20);
    int64_t end = track.spans().back().endNs;
    TimeView view{0, end, 900};
    TrackLayout layout = layoutTrack(track, view);
    double shown = 0;
    for (const SpanColumn& column : layout.columns)
        for (float share : column.share) shown += static_cast<double>(share) * view.nsPerPixel();
    double all = 0;
    for (uint8_t c = 0; c < kCategories; ++c) all += static_cast<double>(timeByHand(track, c, 0, end));
    ASSERT_TRUE(layout.boxes.empty());
    EXPECT_NEAR(shown / all, 1.0, 0.01);
}

TEST(TrackLayout, OutsideTheViewNothingIsShown) {
    SpanTrack track({{100, 200, 1, 0}});
    EXPECT_TRUE(layoutTrack(track, {200, 300, 100}).boxes.empty());
    EXPECT_TRUE(layoutTrack(track, {0, 100, 100}).boxes.empty());
    EXPECT_EQ(layoutTrack(track, {150, 160, 100}).boxes.size(), 1u);
}

}  // namespace
}  // namespace raddle::gui
