#include "gui/models/session/session.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/model/report_io.h"
#include "core/support/file_system.h"
#include "tests/gui/wait_for.h"
#include "tests/support/recording_sample.h"
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

}  // namespace
}  // namespace raddle::gui
