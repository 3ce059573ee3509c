#include "gui/models/session/session.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/model/report_io.h"
#include "core/support/file_system.h"
#include "gui/models/recording/scope_tables.h"
#include "tests/gui/wait_for.h"
#include "tests/support/recording_sample.h"
#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

class SessionTest : public testing::Test {
  protected:
    QString write(const char* name, const std::string& content) {
        QString path = dir_.filePath(QString::fromUtf8(name));
        EXPECT_TRUE(writeFile(path.toStdString(), content).ok());
        return path;
    }

    void open(const QStringList& paths) {
        QSignalSpy finished(&session_, &Session::finished);
        session_.open(paths);
        ASSERT_TRUE(test::waitFor([&] { return finished.count() == 1; }));
        EXPECT_FALSE(session_.loading());
    }

    std::string sample() { return test::sampleRecording().bytes(); }

    static std::string report() {
        Report report;
        report.tool = "raddle test";
        Finding finding;
        finding.rule = "deadlock-lock-order";
        finding.property = Property::deadlock;
        finding.message = "`a` and `b`";
        report.findings.push_back(finding);
        return saveReport(report);
    }

    QTemporaryDir dir_;
    Session session_;
};

TEST_F(SessionTest, OpensARecordingAndAReportTogether) {
    open({write("run.raddle", sample()), write("report.json", report())});
    EXPECT_TRUE(session_.errors().isEmpty()) << session_.errors().join("; ").toStdString();
    ASSERT_TRUE(session_.recording());
    EXPECT_FALSE(session_.timeline().threads.empty());
    EXPECT_EQ(session_.reports().size(), 1u);
    EXPECT_GE(session_.findings().size(), 1u);
}

TEST_F(SessionTest, SeveralRecordingsTheFirstShown) {
    open({write("a.raddle", sample()), write("b.raddle", sample())});
    ASSERT_EQ(session_.recordings().size(), 2u);
    EXPECT_EQ(session_.recording(), session_.recordings()[0]);
    session_.show(1);
    EXPECT_EQ(session_.recording(), session_.recordings()[1]);
    session_.show(9);
    EXPECT_EQ(session_.recording(), session_.recordings()[1]);
}

TEST_F(SessionTest, EveryBadFileIsOneLineAndTheGoodOnesStay) {
    QStringList paths{write("good.raddle", sample()),
                      dir_.filePath("missing.raddle"),
                      write("foreign.raddle",
                            "\x7f"
                            "ELF not a recording"),
                      write("broken.json", "{\"version\": 1, \"findings\": ["),
                      write("future.json", "{\"version\": 99}"),
                      write("empty.raddle", ""),
                      dir_.path()};
    open(paths);
    EXPECT_TRUE(session_.recording());
    ASSERT_EQ(session_.errors().size(), 6) << session_.errors().join("\n").toStdString();
    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(session_.errors()[i].contains(paths[i + 1])) << session_.errors()[i].toStdString();
        EXPECT_FALSE(session_.errors()[i].contains('\n'));
    }
}

TEST_F(SessionTest, ATruncatedRecordingIsReadAsFarAsItGoesOrRefused) {
    std::string whole = sample();
    for (size_t length = 0; length < whole.size(); length += whole.size() / 23 + 1) {
        Session session;
        QSignalSpy finished(&session, &Session::finished);
        session.open({write("cut.raddle", whole.substr(0, length))});
        ASSERT_TRUE(test::waitFor([&] { return finished.count() == 1; }));
        EXPECT_EQ(session.errors().size() + static_cast<qsizetype>(session.recordings().size()), 1) << length;
    }
}

TEST_F(SessionTest, CancelEndsLoading) {
    QStringList paths;
    for (int i = 0; i < 50; ++i) paths << write(qPrintable(QStringLiteral("%1.raddle").arg(i)), sample());
    QSignalSpy finished(&session_, &Session::finished);
    session_.open(paths);
    session_.cancel();
    ASSERT_TRUE(test::waitFor([&] { return finished.count() == 1; }));
    EXPECT_EQ(session_.errors().size() + static_cast<qsizetype>(session_.recordings().size()), 50);
    EXPECT_TRUE(session_.errors().size() > 0);
    open({paths[0]});
    EXPECT_TRUE(session_.recording()) << "opening works again after a cancel";
}

TEST_F(SessionTest, TablesFollowTheSelectedTime) {
    session_.add(makeRecording("generated", test::generateTimeline({})));
    int64_t whole = session_.tables().summary.locks.at(0).waitNs;
    QSignalSpy changed(&session_, &Session::tablesChanged);
    session_.setScope({TimeRange{0, session_.timeline().durationNs / 4}, {}});
    ASSERT_TRUE(test::waitFor([&] { return changed.count() == 1; }));
    EXPECT_LT(session_.tables().summary.locks.at(0).waitNs, whole);
    session_.setScope({});
    EXPECT_EQ(session_.tables().summary.locks.at(0).waitNs, whole);
}

TEST_F(SessionTest, FunctionsFollowTheSelectedThreadsLocksDoNot) {
    session_.add(makeRecording("generated", test::generateTimeline({})));
    int64_t waited = session_.tables().summary.locks.at(0).waitNs;
    auto sum = [&] {
        int64_t ns = 0;
        for (const trace::FunctionRow& row : session_.tables().summary.functions) ns += row.selfNs;
        return ns;
    };
    int64_t all = sum(), each = 0;
    for (uint32_t t = 0; t < session_.timeline().threads.size(); ++t) {
        QSignalSpy changed(&session_, &Session::tablesChanged);
        session_.setScope({std::nullopt, {trace::ThreadId{t}}});
        ASSERT_TRUE(test::waitFor([&] { return changed.count() == 1; }));
        EXPECT_EQ(session_.tables().summary.locks.at(0).waitNs, waited);
        EXPECT_LT(sum(), all);
        each += sum();
    }
    EXPECT_EQ(each, all);
}

TEST_F(SessionTest, MayBeDestroyedWhileLoading) {
    auto session = std::make_unique<Session>();
    QString path = write("run.raddle", sample());
    session->open({path, path, path});
    session.reset();
    QCoreApplication::processEvents();
}

// As the exact ones are, to the accuracy of a glance.
TEST(GlanceTest, EstimatesWhatTheTablesWillSay) {
    auto recording =
        makeRecording("/nowhere/run.raddle", test::generateTimeline({.workers = 6, .jobsPerWorker = 4000}));
    const int64_t duration = recording->timeline.durationNs;
    trace::Parts parts(recording->timeline);
    Scope scope{TimeRange{duration / 10, duration / 10 * 9}, {}};
    Tables exact = tablesOf(*recording, parts, scope);
    ASSERT_GT(parts.eventsIn(scope.range->beginNs, scope.range->endNs), 60'000u);
    EXPECT_FALSE(glanceAt(parts, scope, 1'000'000)) << "the exact ones are as quick";
    EXPECT_FALSE(glanceAt(parts, {}, 10)) << "of all of the time they are there";
    std::optional<Tables> glance = glanceAt(parts, scope, 12'000);
    ASSERT_TRUE(glance);
    EXPECT_TRUE(glance->isEstimate);
    EXPECT_FALSE(exact.isEstimate);
    auto near = [](auto estimate, auto truth) {
        EXPECT_NEAR(static_cast<double>(estimate), static_cast<double>(truth), 0.25 * static_cast<double>(truth));
    };
    const trace::LockRow &guess = glance->summary.locks[0], &lock = exact.summary.locks[0];
    EXPECT_EQ(guess.lock, lock.lock);
    near(guess.waitNs, lock.waitNs);
    near(guess.holdNs, lock.holdNs);
    near(guess.acquisitions, lock.acquisitions);
    near(guess.contended, lock.contended);
    EXPECT_LE(guess.maxWaitNs, lock.maxWaitNs);
    ASSERT_FALSE(guess.blame.empty());
    near(glance->summary.functions[0].selfNs, exact.summary.functions[0].selfNs);
    EXPECT_EQ(glance->summary.functions[0].function, exact.summary.functions[0].function);
    near(glance->summary.threads[2].lockWaitNs, exact.summary.threads[2].lockWaitNs);
    EXPECT_EQ(glance->mostlyHeldIn[lock.lock.index()], exact.mostlyHeldIn[lock.lock.index()]);
    EXPECT_EQ(glance->spreads[0].p99WaitNs, -1) << "not known";
}

TEST(GlanceTest, WhatNobodyWantsAnyMoreEndsEarly) {
    auto recording = makeRecording("/nowhere/run.raddle", test::generateTimeline({.workers = 4, .jobsPerWorker = 400}));
    trace::Parts parts(recording->timeline);
    std::atomic<bool> cancelled = true;
    Tables tables = tablesOf(*recording, parts, {TimeRange{0, recording->timeline.durationNs / 2}, {}}, &cancelled);
    EXPECT_TRUE(tables.summary.functions.empty());
    EXPECT_TRUE(tables.functionWaits.empty());
}

TEST(PartsEventsTest, AreThoseThatBeginThere) {
    test::TimelineBuilder build(1000);
    trace::ThreadId a = build.thread("a");
    build.wait(a, build.lock("mu"), 100, 400);
    build.hold(a, build.lock("mu"), 400, 600);
    build.call(a, "f", 0, 50, 900);
    trace::Parts parts(build.timeline);
    EXPECT_EQ(parts.eventsIn(0, 1000), 3u);
    EXPECT_EQ(parts.eventsIn(100, 400), 1u);
    EXPECT_EQ(trace::Parts(parts).between(0, 90).threads[0].calls.size(), 1u) << "a copy has all that the first has";
}

}  // namespace
}  // namespace raddle::gui
