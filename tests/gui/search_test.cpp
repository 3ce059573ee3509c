#include "gui/models/answers/search.h"

#include <gtest/gtest.h>

#include <QSvgRenderer>
#include <QTemporaryDir>

#include "core/support/file_system.h"
#include "gui/models/base/csv.h"
#include "gui/models/tables/tables.h"
#include "gui/views/window/screenshot.h"
#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;

TEST(SearchTest, AWholeNameComesBeforeItsBeginAndThatBeforeTheMiddle) {
    EXPECT_GT(matchScore("push", "push"), matchScore("pushAll", "push"));
    EXPECT_GT(matchScore("pushAll", "push"), matchScore("Queue::push", "push"));
    EXPECT_GT(matchScore("Queue::push", "push"), matchScore("expush", "push"));
    EXPECT_GT(matchScore("Queue::push", "QUE push"), 0) << "all words, in any case";
    EXPECT_EQ(matchScore("Queue::push", "queue pop"), 0);
}

TEST(SearchTest, FindsLocksThreadsFunctionsAndFindings) {
    TimelineBuilder build(1000);
    trace::LockId lock = build.lock("Queue::mu_");
    trace::ThreadId thread = build.thread("queue-1");
    trace::FunctionId function = build.function("Queue::push(int)");
    Session session;
    session.add(makeRecording("a", build.timeline));
    Report report;
    report.findings.emplace_back().message = "a race on `queue`";
    session.add(ScanReport{"r.json", report});
    auto hits = searchIn(session, "queue", 10);
    ASSERT_EQ(hits.size(), 4u);
    for (const SearchHit& hit : hits) {
        if (hit.kind == "lock") {
            EXPECT_EQ(hit.selection.lock, lock);
        } else if (hit.kind == "thread") {
            EXPECT_EQ(hit.selection.threads, (std::vector{thread}));
        } else if (hit.kind == "function") {
            EXPECT_EQ(hit.selection.function, function);
        } else {
            EXPECT_EQ(hit.selection.finding, 0u);
        }
    }
    EXPECT_EQ(searchIn(session, "queue", 2).size(), 2u);
    EXPECT_TRUE(searchIn(session, "nothing", 10).empty());
}

TEST(CsvTest, QuotesTextsAndWritesNumbersInFull) {
    TimelineBuilder build(10'000'000);
    trace::LockId lock = build.lock("map<int, \"x\">");
    build.wait(build.thread("a"), lock, 0, 1'234'567);
    Session session;
    session.add(makeRecording("a", build.timeline));
    LockTable table(session);
    QStringList lines = toCsv(table).split("\r\n");
    ASSERT_GE(lines.size(), 2);
    EXPECT_TRUE(lines[0].contains("Wait (ns)")) << lines[0].toStdString();
    EXPECT_TRUE(lines[1].startsWith("\"map<int, \"\"x\"\">\",mutex,1234567,")) << lines[1].toStdString();
}

TEST(ExportTest, TheEndOfTheNameSaysWhatIsWritten) {
    QTemporaryDir dir;
    MainWindow window(lightTheme());
    window.session().add(makeRecording("/tmp/run.raddle", test::generateTimeline({.jobsPerWorker = 20})));
    ScreenshotRequest request;
    request.page = Page::locks;
    request.file = dir.filePath("page.svg");
    ASSERT_EQ(takeScreenshot(window, request), "");
    EXPECT_TRUE(QSvgRenderer(request.file).isValid());
    request.file = dir.filePath("page.csv");
    ASSERT_EQ(takeScreenshot(window, request), "");
    auto text = readFile(request.file.toStdString());
    ASSERT_TRUE(text.ok());
    EXPECT_NE(text->find("Queue::mu_"), std::string::npos);
    request.page = Page::overview;
    EXPECT_NE(takeScreenshot(window, request), "") << "no table there";
}

}  // namespace
}  // namespace raddle::gui
