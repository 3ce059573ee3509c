// Each page as somebody has looked at it and found it good.
#include "tests/gui/picture.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "gui/views/window/screenshot.h"
#include "tests/gui/wait_for.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

struct Shot {
    Page page;
    bool dark = false;
    QStringList selections;
};

QImage pictureOf(const Shot& shot) {
    QTemporaryDir dir;
    MainWindow window(shot.dark ? darkTheme() : lightTheme());
    window.session().add(makeRecording("/nowhere/run.raddle",
                                       test::generateTimeline({.workers = 4, .jobsPerWorker = 60, .deadlock = true})));
    if (shot.page == Page::compare)
        window.session().add(makeRecording("/nowhere/before.raddle",
                                           test::generateTimeline({.workers = 4, .jobsPerWorker = 60, .seed = 2})));
    test::waitFor([&] { return !window.session().loading(); });
    ScreenshotRequest request;
    request.file = dir.filePath("page.png");
    request.page = shot.page;
    request.size = {1100, 660};
    request.selections = shot.selections;
    EXPECT_EQ(takeScreenshot(window, request), "");
    return QImage(request.file);
}

class Pictures : public testing::TestWithParam<Shot> {};

TEST_P(Pictures, AreAsTheyWere) {
    EXPECT_EQ(test::comparePicture(pictureOf(GetParam()), pageName(GetParam().page)), "");
}

INSTANTIATE_TEST_SUITE_P(Pages, Pictures,
                         testing::Values(Shot{Page::overview}, Shot{Page::timeline, false, {"wait:longest"}},
                                         Shot{Page::locks, false, {"lock:Queue::mu_"}}, Shot{Page::functions, true},
                                         Shot{Page::flamegraph}, Shot{Page::findings}, Shot{Page::lockorder, true},
                                         Shot{Page::source}, Shot{Page::compare}),
                         [](const auto& shot) { return std::string(pageName(shot.param.page)); });

TEST(PictureDifference, IsWhatAPersonWouldSee) {
    QImage blank(100, 50, QImage::Format_RGB32);
    blank.fill(Qt::white);
    QImage line = blank, moved = blank, gone = blank;
    for (int x = 0; x < 100; ++x) {
        line.setPixel(x, 20, qRgb(0, 0, 0));
        moved.setPixel(x, 21, qRgb(0, 0, 0));
        gone.setPixel(x, 30, qRgb(0, 0, 0));
    }
    EXPECT_EQ(test::difference(line, line), 0);
    EXPECT_EQ(test::difference(line, moved), 0);
    EXPECT_DOUBLE_EQ(test::difference(line, gone), 200.0 / 5000);
    EXPECT_DOUBLE_EQ(test::difference(line, blank), 100.0 / 5000);
    EXPECT_EQ(test::difference(line, QImage(10, 10, QImage::Format_RGB32)), 1);
}

}  // namespace
}  // namespace raddle::gui
