#include "gui/models/session/joined.h"

#include <gtest/gtest.h>

#include "gui/models/timeline/markers.h"
#include "tests/gui/wait_for.h"
#include "tests/support/timeline_builder.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::LockId;
using trace::ThreadId;

Finding finding(const std::string& function, uint32_t line, Evidence evidence) {
    Finding out;
    out.property = Property::race;
    out.evidence = evidence;
    out.locations = {{{"a.cc", line, 1}, function, "write"}};
    return out;
}

TEST(JoinedTest, SaysWhetherTheRunDidWhatAFindingIsAbout) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a");
    build.call(a, "store(int)", 0, 10, 20);
    std::vector<Finding> findings{finding("store", 5, Evidence::likely), finding("load", 6, Evidence::likely),
                                  finding("swap", 7, Evidence::likely), finding("swap", 7, Evidence::confirmed)};
    auto joined = joinFindings(build.timeline, findings, 3);
    EXPECT_EQ(joined, (std::vector{Joined::exercised, Joined::notExercised, Joined::confirmed, Joined::none}));
}

TEST(JoinedTest, WithoutCallsWhatWasNotSeenIsNotKnown) {
    TimelineBuilder build(1000);
    build.wait(build.thread("a"), build.lock("mu"), 1, 2).stack = build.stack("store");
    std::vector<Finding> findings{finding("store", 5, Evidence::likely), finding("load", 6, Evidence::likely),
                                  finding("swap", 7, Evidence::likely), finding("swap", 7, Evidence::predicted)};
    EXPECT_EQ(joinFindings(build.timeline, findings, 3),
              (std::vector{Joined::exercised, Joined::unknown, Joined::predicted, Joined::none}));
    EXPECT_EQ(joinFindings(trace::Timeline(), findings, 3), std::vector(4, Joined::none)) << "no recording";
}

TEST(MarkersTest, ARaceStandsOnBothThreadsAtItsMoment) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    trace::TsanEvent event;
    event.thread = b;
    event.atNs = 700;
    event.kind = "data-race";
    event.accesses = {{b, true, false, 0x10, 4, build.stack("store", "a.cc", 5)},
                      {a, false, false, 0x10, 4, build.stack("load", "a.cc", 9)}};
    build.timeline.tsan.push_back(event);
    Session session;
    session.add(makeRecording("r", build.timeline));
    ASSERT_TRUE(test::waitFor([&] { return !session.loading(); }));
    auto markers = markersOf(session);
    ASSERT_EQ(markers.size(), 2u);
    EXPECT_EQ(markers[0].thread, b);
    EXPECT_EQ(markers[1].thread, a);
    EXPECT_EQ(markers[0].atNs, 700);
    EXPECT_EQ(markers[0].group, markers[1].group);
    EXPECT_EQ(markers[1].finding, 0u) << "the finding made of the report";
    EXPECT_EQ(markers[1].text.toStdString(), "data race: earlier read in load (a.cc:9)");
}

TEST(MarkersTest, OppositeOrdersStandWhereTheyWereTaken) {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId x = build.lock("x"), y = build.lock("y");
    build.hold(a, x, 100, 200);
    build.hold(a, y, 120, 180);
    build.hold(b, y, 300, 400);
    build.hold(b, x, 320, 380);
    Session session;
    session.add(makeRecording("r", build.timeline));
    ASSERT_TRUE(test::waitFor([&] { return !session.loading(); }));
    auto markers = markersOf(session);
    ASSERT_EQ(markers.size(), 2u);
    EXPECT_EQ(markers[0].atNs, 120);
    EXPECT_EQ(markers[1].atNs, 320);
    EXPECT_EQ(markers[0].evidence, Evidence::predicted);
    EXPECT_EQ(markers[0].finding, 0u);
    EXPECT_TRUE(markersOf(Session()).empty());
}

}  // namespace
}  // namespace raddle::gui
