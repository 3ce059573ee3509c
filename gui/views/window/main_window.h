// The window: pages behind a side bar, what is open and selected above them, errors as a line, one status line
// below. Owns the session, the selection and the colours all pages share.
#pragma once

#include <QMainWindow>
#include <array>

#include "gui/views/widgets/context.h"
#include "gui/views/window/layout_memory.h"

class QComboBox;
class QDockWidget;
class QLabel;
class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace raddle::gui {

class HelpOverlay;
class PageView;
class Palette;
class TimelinePage;
class TimelineView;

class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(const Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    Session& session() { return session_; }
    Selection& selection() { return selection_; }
    TimelinePage* timelinePage() const { return timeline_; }

    void showPage(Page page);
    Page page() const;
    const PageView& pageView() const { return *views_[static_cast<size_t>(page())]; }
    void setTheme(const Theme& theme);
    // Puts the window where it was when it was closed last, and remembers where it is when it is closed. The page that
    // was shown then is shown again, if `showsPage`.
    void keepLayout(LayoutMemory memory, bool showsPage);

  protected:
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    QWidget* buildSidebar();
    QWidget* buildHeader();
    QWidget* buildErrorBar();
    QWidget* buildStatusBar();
    QWidget* buildPages();
    void showStrip();
    void toggleStrip();
    void addShortcuts();
    void followSession();
    void showTitle();
    void showErrors();
    void openFiles();
    void exportPage();
    void locateSources();
    Palette* makePalette();
    void focusFilter();

    Session session_;
    Selection selection_;
    Context context_;
    Scope scope_;
    std::optional<LayoutMemory> memory_;
    std::array<QToolButton*, kPages> buttons_{};
    QComboBox* recordings_ = nullptr;
    QLabel* title_ = nullptr;
    QWidget* errorBar_ = nullptr;
    QLabel* errors_ = nullptr;
    QLabel* status_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QWidget* loading_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    std::array<PageView*, kPages> views_{};  // in the order of Page
    TimelinePage* timeline_ = nullptr;
    TimelineView* strip_ = nullptr;  // the timeline under the pages
    QDockWidget* stripDock_ = nullptr;
    bool isStripWanted_ = true;
    HelpOverlay* help_ = nullptr;
    Palette* palette_ = nullptr;
};

}  // namespace raddle::gui
