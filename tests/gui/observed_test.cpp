#include "trace/answers/observed.h"

#include <gtest/gtest.h>

#include "gui/models/session/session.h"
#include "tests/gui/wait_for.h"
#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;
using trace::LockId;
using trace::ThreadId;

TEST(Observed, ACircleOfWaitingThreadsIsAConfirmedFinding) {
    trace::Timeline timeline = test::generateTimeline({.workers = 3, .jobsPerWorker = 20, .deadlock = true});
    auto findings = deadlockFindings(timeline, trace::findDeadlocks(timeline));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].rule, "deadlock-lock-order");
    EXPECT_EQ(findings[0].evidence, Evidence::confirmed);
    ASSERT_EQ(findings[0].threads.size(), 2u);
    EXPECT_EQ(findings[0].threads[0].locksHeld.size(), 1u);
    EXPECT_NE(findings[0].why[0].find(", until the recording ended"), std::string::npos);
}

// a holds `outer` and takes `inner`, later b does the opposite.
trace::Timeline opposite() {
    TimelineBuilder build(1000);
    ThreadId a = build.thread("a"), b = build.thread("b");
    LockId outer = build.lock("outer"), inner = build.lock("inner");
    build.hold(a, outer, 100, 200, build.stack("move", "bank.cc", 10));
    build.hold(a, inner, 120, 180, build.stack("move", "bank.cc", 11));
    build.hold(b, inner, 300, 400, build.stack("audit", "bank.cc", 20));
    build.hold(b, outer, 320, 380, build.stack("audit", "bank.cc", 21));
    build.timeline.complete = true;
    return std::move(build.timeline);
}

TEST(Observed, OppositeOrdersAreAPredictedFindingWithBothStories) {
    trace::Timeline timeline = opposite();
    auto findings = inversionFindings(timeline, trace::lockOrder(timeline).inversions);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].evidence, Evidence::predicted);
    ASSERT_EQ(findings[0].threads.size(), 2u);
    std::set<uint32_t> lines{findings[0].threads[0].stack.back().at.line, findings[0].threads[1].stack.back().at.line};
    EXPECT_EQ(lines, (std::set<uint32_t>{11, 21})) << "where each takes its second lock";
}

TEST(Observed, TheSessionAppendsThemAndSaysWhichIsWhich) {
    Session session;
    Report report;
    report.findings.emplace_back().message = "from the source";
    session.add(ScanReport{"r.json", report});
    session.add(makeRecording("a", opposite()));
    EXPECT_EQ(session.findings().size(), 1u) << "not worked out yet";
    EXPECT_FALSE(session.insight());
    ASSERT_TRUE(test::waitFor([&] { return !session.loading(); }));
    ASSERT_TRUE(session.insight());
    ASSERT_EQ(session.findings().size(), 2u);
    EXPECT_EQ(session.foundElsewhere(), 1u);
    EXPECT_EQ(session.findingOfInversion(0), 1u);
    EXPECT_EQ(session.findingOfInversion(1), std::nullopt);
    EXPECT_EQ(session.findingOfDeadlock(0), std::nullopt);
}

}  // namespace
}  // namespace raddle::gui
