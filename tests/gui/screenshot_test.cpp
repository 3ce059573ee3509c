#include "gui/views/window/screenshot.h"

#include <gtest/gtest.h>

#include <QImage>
#include <QProcess>
#include <QProcessEnvironment>
#include <QSet>
#include <QTemporaryDir>

#include "core/support/file_system.h"
#include "tests/support/recording_sample.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

// Colours in the part of a picture where the page is: many, unless the page is blank.
qsizetype coloursIn(const QImage& image) {
    QSet<QRgb> colours;
    for (int y = 60; y < image.height() - 30; y += 2)
        for (int x = 160; x < image.width(); x += 2) colours.insert(image.pixel(x, y));
    return colours.size();
}

struct Shot {
    Page page;
    bool dark;
    QSize size;
};

class EveryPage : public testing::TestWithParam<Shot> {};

TEST_P(EveryPage, IsDrawnInTheSizeAsked) {
    QTemporaryDir dir;
    MainWindow window(GetParam().dark ? darkTheme() : lightTheme());
    window.session().add(
        makeRecording("/tmp/run.raddle", test::generateTimeline({.jobsPerWorker = 60, .deadlock = true})));
    ScreenshotRequest request;
    request.file = dir.filePath("page.png");
    request.page = GetParam().page;
    request.size = GetParam().size;
    request.selections = {"wait:longest"};
    ASSERT_EQ(takeScreenshot(window, request), "");
    QImage image(request.file);
    EXPECT_EQ(image.size(), request.size);
    EXPECT_GT(coloursIn(image), 25);
}

INSTANTIATE_TEST_SUITE_P(
    Pages, EveryPage,
    testing::Values(Shot{Page::overview, false, {1600, 900}}, Shot{Page::timeline, false, {1600, 900}},
                    Shot{Page::locks, false, {1600, 900}}, Shot{Page::functions, true, {1100, 700}},
                    Shot{Page::flamegraph, false, {1600, 900}}, Shot{Page::source, true, {1100, 700}},
                    Shot{Page::lockorder, false, {1100, 700}}, Shot{Page::findings, true, {1100, 700}},
                    Shot{Page::timeline, true, {1100, 700}}),
    [](const auto& shot) { return std::string(pageName(shot.param.page)) + (shot.param.dark ? "Dark" : "Light"); });

TEST(EmptyWindow, ShowsEveryPageWithNothingOpen) {
    QTemporaryDir dir;
    MainWindow window(lightTheme());
    for (size_t page = 0; page < kPages; ++page) {
        ScreenshotRequest request;
        request.file = dir.filePath("page.png");
        request.page = static_cast<Page>(page);
        request.size = {900, 600};
        EXPECT_EQ(takeScreenshot(window, request), "");
    }
}

struct Outcome {
    int status;
    QString errors;
};

Outcome runViewer(const char* program, const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral(RADDLE_BUILD_DIR "/bin/") + QString::fromUtf8(program), arguments);
    EXPECT_TRUE(process.waitForFinished(60000));
    EXPECT_EQ(process.exitStatus(), QProcess::NormalExit);
    QStringList lines;
    for (const QString& line : QString::fromUtf8(process.readAllStandardError()).split('\n'))
        if (line.startsWith("raddle")) lines << line;
    return {process.exitCode(), lines.join('\n')};
}

class ViewerProgram : public testing::Test {
  protected:
    QString sample() {
        QString path = dir_.filePath("run.raddle");
        EXPECT_TRUE(writeFile(path.toStdString(), test::sampleRecording().bytes()).ok());
        return path;
    }
    QTemporaryDir dir_;
};

TEST_F(ViewerProgram, WritesAPictureThroughRaddleView) {
    QString picture = dir_.filePath("out.png");
    Outcome run =
        runViewer("raddle", {"view", sample(), "--screenshot", picture, "--page", "locks", "--size", "1000x650"});
    EXPECT_EQ(run.status, 0) << run.errors.toStdString();
    EXPECT_EQ(QImage(picture).size(), QSize(1000, 650));
}

TEST_F(ViewerProgram, BadInputIsOneLineAndStatusTwoAndNoPicture) {
    QString picture = dir_.filePath("out.png");
    QString foreign = dir_.filePath("foreign.raddle");
    ASSERT_TRUE(writeFile(foreign.toStdString(), "not a recording at all").ok());
    for (const QStringList& arguments :
         {QStringList{foreign, "--screenshot", picture},
          QStringList{dir_.filePath("none.raddle"), "--screenshot", picture},
          QStringList{sample(), "--screenshot", picture, "--page", "moon"},
          QStringList{sample(), "--screenshot", picture, "--size", "big"},
          QStringList{sample(), "--screenshot", picture, "--select", "lock:none-such"},
          QStringList{"--screenshot", picture}, QStringList{sample(), "--screenshot", dir_.filePath("no/such/dir.png")},
          QStringList{"--nonsense"}}) {
        Outcome run = runViewer("raddle-viewer", arguments);
        EXPECT_EQ(run.status, 2) << arguments.join(' ').toStdString();
        EXPECT_TRUE(run.errors.startsWith("raddle-viewer: ")) << run.errors.toStdString();
        EXPECT_EQ(run.errors.count('\n'), 0) << run.errors.toStdString();
        EXPECT_FALSE(QFile::exists(picture));
    }
}

TEST_F(ViewerProgram, AWindowWithoutADisplayIsOneLineAndStatusTwo) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(RADDLE_BUILD_DIR "/bin/raddle-viewer"), {sample()});
    ASSERT_TRUE(process.waitForFinished(60000));
    EXPECT_EQ(process.exitStatus(), QProcess::NormalExit);
    EXPECT_EQ(process.exitCode(), 2);
    EXPECT_EQ(process.readAllStandardError().count('\n'), 1);
}

}  // namespace
}  // namespace raddle::gui
