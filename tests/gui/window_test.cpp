#include "gui/views/window/main_window.h"

#include <gtest/gtest.h>

#include <QDockWidget>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "core/support/file_system.h"
#include "gui/views/graphs/call_tree_pane.h"
#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/widgets/split.h"
#include "gui/views/window/palette.h"
#include "tests/gui/wait_for.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

// As a user does, which setSizes() is not.
void moveHandle(Split& split, int by) {
    QSplitterHandle* handle = split.handle(1);
    QPoint at = handle->rect().center();
    QTest::mousePress(handle, Qt::LeftButton, {}, at);
    QTest::mouseMove(handle, at + QPoint(by, 0));
    QTest::mouseRelease(handle, Qt::LeftButton, {}, at + QPoint(by, 0));
}

class WindowKeysTest : public testing::Test {
  protected:
    WindowKeysTest() : window(lightTheme()) {
        window.resize(1200, 800);
        window.session().add(makeRecording("/tmp/run.raddle", test::generateTimeline({.jobsPerWorker = 40})));
        window.show();
        test::waitFor([&] { return !window.session().loading(); });
    }

    MainWindow window;
};

TEST_F(WindowKeysTest, ThePaletteGoesToWhatIsTyped) {
    auto* palette = window.findChild<Palette*>();
    ASSERT_TRUE(palette);
    palette->open();
    auto* field = palette->findChild<QLineEdit*>();
    QTest::keyClicks(field, "queue::mu");
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_FALSE(palette->isVisible());
    EXPECT_EQ(window.page(), Page::locks);
    const trace::Lock* lock = lookup(window.session().timeline().locks, window.selection().state().lock);
    ASSERT_TRUE(lock);
    EXPECT_EQ(lock->name, "Queue::mu_");
    palette->open();
    QTest::keyClick(field, Qt::Key_Escape);
    EXPECT_FALSE(palette->isVisible());
    EXPECT_EQ(window.page(), Page::locks) << "nothing changed";
}

TEST_F(WindowKeysTest, TreesOfCallsFollowTheSelectionAndLead) {
    window.showPage(Page::functions);
    auto* pane = window.findChild<CallTreePane*>();
    ASSERT_TRUE(pane);
    EXPECT_FALSE(pane->isVisible());
    for (QToolButton* button : window.findChildren<QToolButton*>())
        if (button->text() == "Top down") button->click();
    ASSERT_TRUE(pane->isVisible());
    QAbstractItemModel* lines = pane->view()->model();
    ASSERT_GT(lines->rowCount(), 0);
    QModelIndex top = lines->index(0, 0);
    pane->view()->setCurrentIndex(top);
    EXPECT_EQ(window.selection().state().function.value, top.data(TableModel::IdRole).toUInt());
    ASSERT_GT(lines->rowCount(top), 0);
    uint32_t below = lines->index(0, 0, top).data(TableModel::IdRole).toUInt();
    window.selection().setFunction({below});
    EXPECT_EQ(pane->view()->currentIndex().data(TableModel::IdRole).toUInt(), below);
    pane->findChild<QLineEdit*>()->setText("no function is called so");
    EXPECT_EQ(lines->rowCount(), 0);
    window.selection().clear();
    EXPECT_FALSE(pane->view()->currentIndex().isValid());
}

TEST_F(WindowKeysTest, KeysMoveAndZoomTheTimeline) {
    window.showPage(Page::timeline);
    TimelineView* view = window.timelinePage()->view();
    TimeView all = view->timeView();
    QTest::keyClick(view, Qt::Key_W);
    TimeView closer = view->timeView();
    EXPECT_LT(closer.endNs - closer.beginNs, all.endNs - all.beginNs);
    QTest::keyClick(view, Qt::Key_D);
    EXPECT_GT(view->timeView().beginNs, closer.beginNs);
    QTest::keyClick(view, Qt::Key_Home);
    EXPECT_EQ(view->timeView(), all);
    QTest::keyClick(view, Qt::Key_BracketRight);
    ASSERT_TRUE(window.selection().state().wait);
    QTest::keyClick(view, Qt::Key_F);
    EXPECT_LT(view->timeView().endNs - view->timeView().beginNs, all.endNs - all.beginNs);
}

TEST_F(WindowKeysTest, AFrameIsTheSameHoweverManyThreadsFillIt) {
    window.showPage(Page::timeline);
    TimelineView* view = window.timelinePage()->view();
    QImage first = view->renderRows();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(view->renderRows(), first);
}

TEST(LayoutMemory, AWindowComesBackAsItWasLeft) {
    QTemporaryDir dir;
    LayoutMemory memory(dir.filePath(QStringLiteral("layout.ini")));
    QList<int> moved;
    {
        MainWindow window(lightTheme());
        window.keepLayout(memory, true);
        EXPECT_EQ(window.page(), Page::overview) << "there is nothing to remember yet";
        window.resize(1234, 777);
        window.show();
        window.showPage(Page::source);
        auto* split = window.findChild<Split*>(QStringLiteral("source"));
        ASSERT_TRUE(split);
        moveHandle(*split, 100);
        moved = split->sizes();
        window.close();
    }
    MainWindow window(lightTheme());
    window.keepLayout(memory, true);
    window.show();
    EXPECT_EQ(window.page(), Page::source);
    EXPECT_EQ(window.size(), QSize(1234, 777));
    auto* split = window.findChild<Split*>(QStringLiteral("source"));
    EXPECT_EQ(split->sizes(), moved);
    split->suggest({100, 900});
    EXPECT_EQ(split->sizes(), moved) << "the user's sizes stay";
    memory.forget(window);
    EXPECT_NE(split->sizes(), moved);
    MainWindow other(lightTheme());
    other.keepLayout(memory, true);
    EXPECT_EQ(other.page(), Page::overview);
}

TEST(LayoutMemory, TheTimelineUnderThePagesStaysAsTheUserLeftIt) {
    QTemporaryDir dir;
    LayoutMemory memory(dir.filePath(QStringLiteral("layout.ini")));
    // Whether it is there on a page, from one run to the next.
    auto run = [&](bool toggles) {
        MainWindow window(lightTheme());
        window.keepLayout(memory, false);
        window.session().add(makeRecording("/tmp/run.raddle", test::generateTimeline({.jobsPerWorker = 4})));
        window.show();
        window.showPage(Page::locks);
        window.activateWindow();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&window)) << "keys go nowhere else";
        if (toggles) QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier);
        auto* dock = window.findChild<QDockWidget*>(QStringLiteral("timeline"));
        const bool isThere = dock && dock->isVisible();
        // Where it never stands says nothing of what is wanted.
        window.showPage(Page::timeline);
        window.close();
        return isThere;
    };
    EXPECT_TRUE(run(false)) << "to begin with";
    EXPECT_FALSE(run(true));
    EXPECT_FALSE(run(false));
    EXPECT_TRUE(run(true));
    EXPECT_TRUE(run(false));
}

TEST(LayoutMemory, ABrokenFileIsNoMemory) {
    QTemporaryDir dir;
    QString path = dir.filePath(QStringLiteral("layout.ini"));
    ASSERT_TRUE(
        writeFile(path.toStdString(), "[General]\nversion=1\npage=@Invalid()\ngeometry=rubbish\n[split]\nsource=x\n")
            .ok());
    MainWindow window(lightTheme());
    window.keepLayout(LayoutMemory(path), true);
    window.show();
    EXPECT_EQ(window.page(), Page::overview);
    EXPECT_FALSE(window.findChild<Split*>(QStringLiteral("source"))->isUsers());
}

}  // namespace
}  // namespace raddle::gui
