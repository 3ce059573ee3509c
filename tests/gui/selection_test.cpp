#include "gui/models/session/selection.h"

#include <gtest/gtest.h>

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "gui/views/pages/locks_page.h"
#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/widgets/cost_table.h"
#include "gui/views/window/chips_bar.h"
#include "gui/views/window/main_window.h"
#include "tests/gui/wait_for.h"
#include "tests/support/timeline_generator.h"

namespace raddle::gui {
namespace {

TEST(SelectionTest, OneSignalForEachChangeAndNoneForTheSame) {
    Selection selection;
    QSignalSpy changed(&selection, &Selection::changed);
    selection.setLock({1});
    selection.setLock({1});
    selection.toggleThread({3});
    selection.toggleThread({2});
    EXPECT_EQ(changed.count(), 3);
    EXPECT_EQ(selection.state().threads, (std::vector<trace::ThreadId>{{2}, {3}}));
    selection.toggleThread({3});
    EXPECT_FALSE(selection.state().has({3}));
    selection.clear();
    EXPECT_TRUE(selection.state().empty());
}

TEST(SelectionTest, AWaitBringsItsLockAndAnotherLockDropsTheWait) {
    trace::Timeline timeline = test::generateTimeline({});
    SelectionState state;
    ASSERT_EQ(selectByText("wait:longest", timeline, 0, state), "");
    Selection selection;
    selection.setWait(timeline, state.wait);
    EXPECT_EQ(selection.state().lock, state.lock);
    selection.setLock({(state.lock.value + 1) % 5});
    EXPECT_FALSE(selection.state().wait);
}

TEST(SelectionTest, ChipsNameEachPartAndTakeItAway) {
    trace::Timeline timeline = test::generateTimeline({});
    SelectionState state;
    for (const char* text :
         {"time:0.01-0.02", "thread:worker-1", "lock:Queue::mu_", "function:Queue::flush", "finding:2"})
        ASSERT_EQ(selectByText(text, timeline, 3, state), "") << text;
    std::vector<Chip> chips = chipsOf(state, timeline);
    ASSERT_EQ(chips.size(), 5u);
    EXPECT_EQ(chips[1].text, "worker-1");
    EXPECT_EQ(chips[2].text, "Queue::mu_");
    EXPECT_EQ(chips[3].text, "Queue::flush");
    while (!chips.empty()) {
        state = chips.back().without;
        chips = chipsOf(state, timeline);
    }
    EXPECT_TRUE(state.empty());
}

TEST(SelectionTest, WhatCannotBeSelectedIsSaid) {
    trace::Timeline timeline = test::generateTimeline({.locks = 1});
    for (const char* text : {"lock:nope", "thread:nope", "function:nope", "finding:0", "finding:4", "finding:x",
                             "time:2-1", "time:a-b", "time:1", "wait", "", "colour:red"}) {
        SelectionState state;
        EXPECT_NE(selectByText(text, timeline, 3, state), "") << text;
        EXPECT_TRUE(state.empty()) << text;
    }
}

class WindowTest : public testing::Test {
  protected:
    WindowTest() {
        window_.session().add(makeRecording("/tmp/run.raddle", test::generateTimeline({})));
        window_.resize(1200, 800);
        window_.show();
        settle();
    }

    static void settle() {
        for (int i = 0; i < 5; ++i) QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    MainWindow window_{lightTheme()};
};

TEST_F(WindowTest, ALockChosenInTheTableIsSelectedEverywhere) {
    window_.showPage(Page::locks);
    settle();
    auto* table = window_.findChild<LocksPage*>()->findChild<CostTable*>();
    table->view()->setCurrentIndex(table->view()->model()->index(1, 0));
    trace::LockId chosen = window_.selection().state().lock;
    ASSERT_TRUE(chosen.valid());
    EXPECT_EQ(chosen.value, table->view()->model()->index(1, 0).data(TableModel::IdRole).toUInt());
    auto* chips = window_.findChild<ChipsBar*>();
    settle();
    ASSERT_EQ(chips->findChildren<QPushButton*>().size(), 1);
    chips->findChildren<QPushButton*>().first()->click();
    settle();
    EXPECT_FALSE(window_.selection().state().lock.valid());
    EXPECT_EQ(chips->findChildren<QPushButton*>().size(), 0);
}

TEST_F(WindowTest, ATableFollowsASelectionMadeElsewhere) {
    auto* table = window_.findChild<LocksPage*>()->findChild<CostTable*>();
    window_.selection().setLock({3});
    EXPECT_EQ(table->chosen(), 3u);
}

TEST_F(WindowTest, KeysMoveTheTimelineAndStepAlongWaits) {
    window_.showPage(Page::timeline);
    settle();
    TimelineView* view = window_.timelinePage()->view();
    int64_t whole = view->timeView().endNs - view->timeView().beginNs;
    QTest::keyClick(view, Qt::Key_W);
    EXPECT_LT(view->timeView().endNs - view->timeView().beginNs, whole);
    int64_t begin = view->timeView().beginNs;
    QTest::keyClick(view, Qt::Key_D);
    EXPECT_GT(view->timeView().beginNs, begin);
    QTest::keyClick(view, Qt::Key_BracketRight);
    ASSERT_TRUE(window_.selection().state().wait);
    EventRef first = *window_.selection().state().wait;
    QTest::keyClick(view, Qt::Key_BracketRight);
    EXPECT_NE(*window_.selection().state().wait, first);
    QTest::keyClick(view, Qt::Key_BracketLeft);
    EXPECT_EQ(*window_.selection().state().wait, first);
    QTest::keyClick(view, Qt::Key_Home);
    EXPECT_EQ(view->timeView().endNs - view->timeView().beginNs, whole);
    QTest::keyClick(view, Qt::Key_Escape);
    EXPECT_TRUE(window_.selection().state().empty());
}

TEST_F(WindowTest, DraggingOnTheRulerSelectsATimeAndTablesFollow) {
    window_.showPage(Page::timeline);
    settle();
    QWidget* area = window_.timelinePage()->view()->viewport();
    QSignalSpy tables(&window_.session(), &Session::tablesChanged);
    QTest::mousePress(area, Qt::LeftButton, {}, {400, 60});
    QTest::mouseMove(area, {500, 60});
    QTest::mouseMove(area, {600, 60});
    QTest::mouseRelease(area, Qt::LeftButton, {}, {600, 60});
    ASSERT_TRUE(window_.selection().state().range);
    EXPECT_GT(window_.selection().state().range->endNs, window_.selection().state().range->beginNs);
    EXPECT_TRUE(test::waitFor([&] { return tables.count() > 0; }));
}

TEST_F(WindowTest, ControlFGoesToTheFilterAndFilters) {
    window_.showPage(Page::locks);
    settle();
    auto* page = window_.findChild<LocksPage*>();
    page->focusFilter();
    auto* table = page->findChild<CostTable*>();
    auto* field = table->findChild<QLineEdit*>();
    field->setText("cache");
    EXPECT_EQ(table->view()->model()->rowCount(), 1);
}

TEST_F(WindowTest, ChangingTheThemeKeepsEverythingShown) {
    window_.selection().setLock({0});
    for (size_t page = 0; page < kPages; ++page) {
        window_.showPage(static_cast<Page>(page));
        window_.setTheme(darkTheme());
        settle();
        window_.setTheme(lightTheme());
        settle();
    }
    EXPECT_EQ(window_.selection().state().lock.value, 0u);
}

}  // namespace
}  // namespace raddle::gui
