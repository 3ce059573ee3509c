#include "gui/views/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/views/graphs/flame_page.h"
#include "gui/views/graphs/lock_order_page.h"
#include "gui/views/pages/compare_page.h"
#include "gui/views/pages/findings_page.h"
#include "gui/views/pages/functions_page.h"
#include "gui/views/pages/locks_page.h"
#include "gui/views/pages/overview_page.h"
#include "gui/views/pages/source_page.h"
#include "gui/views/timeline/timeline_page.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/widgets/source_view.h"
#include "gui/views/widgets/style.h"
#include "gui/views/window/chips_bar.h"
#include "gui/views/window/export.h"
#include "gui/views/window/help_overlay.h"
#include "gui/views/window/palette.h"

namespace raddle::gui {
namespace {

constexpr const char* kTitles[kPages] = {"Overview", "Timeline",   "Locks",  "Functions", "Flame graph",
                                         "Findings", "Lock order", "Source", "Compare"};

QString hintOf(Page page) {
    if (page != Page::timeline) return {};
    return QStringLiteral(
        "wheel zooms   ·   drag moves   ·   drag on the ruler selects time   ·   click a wait for its cause   ·   [ ] "
        "steps along waits");
}

void setMargins(QBoxLayout* layout, int left, int top, int right, int bottom) {
    layout->setContentsMargins(left, top, right, bottom);
}

}  // namespace

MainWindow::MainWindow(const Theme& theme, QWidget* parent)
    : QMainWindow(parent),
      context_{session_, selection_, &theme, [this](Page page) { showPage(page); },
               [this](const QString& text) { status_->setText(text.isEmpty() ? hintOf(page()) : text); }} {
    applyTheme(*qApp, theme);
    setWindowTitle(QStringLiteral("raddle"));
    setAcceptDrops(true);
    auto* central = new QWidget;
    auto* across = new QHBoxLayout(central);
    setMargins(across, 0, 0, 0, 0);
    across->setSpacing(0);
    across->addWidget(buildSidebar());
    auto* main = new QVBoxLayout;
    main->setSpacing(0);
    across->addLayout(main, 1);
    main->addWidget(buildHeader());
    main->addWidget(buildErrorBar());
    main->addWidget(buildPages(), 1);
    main->addWidget(buildStatusBar());
    timeline_ = new TimelinePage(context_);
    strip_ = new TimelineView(context_, TimelineView::Form::strip);
    stripDock_->setWidget(strip_);
    views_ = {new OverviewPage(context_),  timeline_,
              new LocksPage(context_),     new FunctionsPage(context_),
              new FlamePage(context_),     new FindingsPage(context_),
              new LockOrderPage(context_), new SourcePage(context_),
              new ComparePage(context_)};
    for (PageView* page : views_) pages_->addWidget(page);
    setCentralWidget(central);
    help_ = new HelpOverlay(context_, this);
    palette_ = makePalette();
    addShortcuts();
    followSession();
    showPage(Page::overview);
    showTitle();
}

// Pages ask the session until they are gone, and members go before children do.
MainWindow::~MainWindow() {
    delete takeCentralWidget();
}

// The pages, with the timeline docked under them: what is selected there is what they show.
QWidget* MainWindow::buildPages() {
    auto* area = new QMainWindow(nullptr, Qt::Widget);
    area->setObjectName(QStringLiteral("docks"));
    pages_ = new QStackedWidget;
    pages_->setMinimumSize(560, 300);  // below what the fullest page would ask for
    area->setCentralWidget(pages_);
    stripDock_ = new QDockWidget(QStringLiteral("Timeline"));
    stripDock_->setObjectName(QStringLiteral("timeline"));
    stripDock_->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
    stripDock_->setAllowedAreas(Qt::TopDockWidgetArea | Qt::BottomDockWidgetArea);
    area->addDockWidget(Qt::BottomDockWidgetArea, stripDock_);
    area->resizeDocks({stripDock_}, {static_cast<int>(170 * fontScale())}, Qt::Vertical);
    return area;
}

// The timeline page needs no second one.
void MainWindow::showStrip() {
    stripDock_->setVisible(isStripWanted_ && session_.recording() && page() != Page::timeline &&
                           page() != Page::overview);
}

void MainWindow::toggleStrip() {
    isStripWanted_ = !isStripWanted_;
    showStrip();
}

QWidget* MainWindow::buildSidebar() {
    auto* bar = new QFrame;
    bar->setObjectName(QStringLiteral("sidebar"));
    auto* layout = new QVBoxLayout(bar);
    setMargins(layout, 8, 10, 8, 10);
    layout->setSpacing(3);
    auto* brand = makeLabel("brand", QStringLiteral("raddle"));
    brand->setFont(scaledFont(1.25, true));
    layout->addWidget(brand);
    layout->addSpacing(6);
    for (size_t i = 0; i < kPages; ++i) {
        auto* button = new QToolButton;
        button->setText(QStringLiteral(" ") + QString::fromUtf8(kTitles[i]));
        button->setIcon(pageIcon(static_cast<Page>(i), *context_.theme));
        button->setIconSize({18, 18});
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setToolTip(QStringLiteral("Ctrl+%1").arg(i + 1));
        connect(button, &QToolButton::clicked, this, [this, i] { showPage(static_cast<Page>(i)); });
        layout->addWidget(button);
        buttons_[i] = button;
    }
    layout->addStretch(1);
    bar->setFixedWidth(static_cast<int>(152 * fontScale()));
    return bar;
}

QWidget* MainWindow::buildHeader() {
    auto* header = new QFrame;
    header->setObjectName(QStringLiteral("header"));
    auto* layout = new QHBoxLayout(header);
    setMargins(layout, 16, 7, 16, 7);
    layout->setSpacing(12);
    recordings_ = new QComboBox;
    recordings_->hide();
    connect(recordings_, &QComboBox::activated, this, [this](int index) {
        selection_.clear();
        session_.show(static_cast<size_t>(index));
    });
    layout->addWidget(recordings_);
    title_ = makeLabel("headline");
    title_->setTextFormat(Qt::RichText);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(title_, 1);
    layout->addWidget(new ChipsBar(context_));
    loading_ = new QWidget;
    auto* busy = new QHBoxLayout(loading_);
    setMargins(busy, 0, 0, 0, 0);
    progress_ = new QProgressBar;
    progress_->setTextVisible(false);
    progress_->setRange(0, 1000);
    progress_->setFixedWidth(180);
    auto* cancel = new QPushButton(QStringLiteral("Cancel"));
    connect(cancel, &QPushButton::clicked, &session_, &Session::cancel);
    busy->addWidget(progress_);
    busy->addWidget(cancel);
    loading_->hide();
    layout->addWidget(loading_);
    header->setMinimumHeight(static_cast<int>(42 * fontScale()));
    return header;
}

QWidget* MainWindow::buildErrorBar() {
    errorBar_ = new QFrame;
    errorBar_->setObjectName(QStringLiteral("errorBar"));
    auto* layout = new QHBoxLayout(errorBar_);
    setMargins(layout, 16, 5, 10, 5);
    errors_ = new QLabel;
    errors_->setWordWrap(true);
    errors_->setTextFormat(Qt::PlainText);
    errors_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(errors_, 1);
    auto* close = new QPushButton(QStringLiteral("Dismiss"));
    connect(close, &QPushButton::clicked, errorBar_, &QWidget::hide);
    layout->addWidget(close, 0, Qt::AlignTop);
    errorBar_->hide();
    return errorBar_;
}

QWidget* MainWindow::buildStatusBar() {
    auto* bar = new QFrame;
    bar->setObjectName(QStringLiteral("statusBar"));
    auto* layout = new QHBoxLayout(bar);
    setMargins(layout, 16, 3, 16, 3);
    status_ = makeLabel("muted");
    status_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(status_, 1);
    layout->addWidget(makeLabel("muted", QStringLiteral("?  keys")));
    return bar;
}

void MainWindow::addShortcuts() {
    auto add = [this](const QKeySequence& keys, auto run) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, run);
    };
    for (size_t i = 0; i < kPages; ++i)
        add(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)),
            [this, i] { showPage(static_cast<Page>(i)); });
    add(QKeySequence(Qt::CTRL | Qt::Key_F), [this] { focusFilter(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { palette_->open(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_E), [this] { exportPage(); });
    add(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), [this] { locateSources(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_O), [this] { openFiles(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_T), [this] { setTheme(context_.theme->dark ? lightTheme() : darkTheme()); });
    add(QKeySequence(Qt::CTRL | Qt::Key_B), [this] { toggleStrip(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
}

void MainWindow::followSession() {
    connect(&session_, &Session::recordingChanged, this, [this] {
        scope_ = {selection_.state().range, selection_.state().threads};
        if (!scope_.isWhole()) session_.setScope(scope_);
        showTitle();
        showStrip();
    });
    connect(&session_, &Session::findingsChanged, this, &MainWindow::showTitle);
    auto showCompare = [this] {
        buttons_[static_cast<size_t>(Page::compare)]->setVisible(session_.recordings().size() > 1);
        showTitle();
    };
    connect(&session_, &Session::recordingsChanged, this, showCompare);
    showCompare();
    connect(&session_, &Session::failed, this, &MainWindow::showErrors);
    connect(&session_, &Session::progress, this, [this](double share, const QString& file) {
        loading_->show();
        progress_->setValue(static_cast<int>(share * 1000));
        status_->setText(QStringLiteral("Reading %1").arg(file));
    });
    connect(&session_, &Session::finished, this, [this] {
        loading_->hide();
        status_->setText(hintOf(page()));
        showTitle();
    });
    connect(&selection_, &Selection::changed, this, [this] {
        Scope scope{selection_.state().range, selection_.state().threads};
        if (scope == scope_) return;
        scope_ = std::move(scope);
        session_.setScope(scope_);
    });
}

void MainWindow::showTitle() {
    auto recording = session_.recording();
    QString file = recording                    ? recording->path
                   : session_.reports().empty() ? QString()
                                                : session_.reports().front().path;
    QString text = richText(file.section(QLatin1Char('/'), -1), *context_.theme);
    setWindowTitle(file.isEmpty() ? QStringLiteral("raddle")
                                  : file.section(QLatin1Char('/'), -1) + QStringLiteral(" – raddle"));
    if (recording)
        text += QStringLiteral(
                    " &nbsp;<span style=\"color:%1; font-weight:normal\">%2 &nbsp;·&nbsp; %3 &nbsp;·&nbsp; %4</span>")
                    .arg(context_.theme->muted.name(), durationText(recording->timeline.durationNs),
                         plural(recording->timeline.threads.size(), "thread", "threads"),
                         QString::fromStdString(recording->timeline.command).left(200).toHtmlEscaped());
    title_->setText(text);
    size_t findings = session_.findings().size();
    buttons_[static_cast<size_t>(Page::findings)]->setText(findings ? QStringLiteral(" Findings  %1").arg(findings)
                                                                    : QStringLiteral(" Findings"));
    if (static_cast<size_t>(recordings_->count()) == session_.recordings().size()) return;
    recordings_->clear();
    for (const auto& open : session_.recordings()) recordings_->addItem(open->path.section(QLatin1Char('/'), -1));
    recordings_->setVisible(session_.recordings().size() > 1);
}

void MainWindow::showErrors() {
    errors_->setText(
        session_.errors().mid(std::max<qsizetype>(0, session_.errors().size() - 4)).join(QLatin1Char('\n')));
    errorBar_->show();
}

void MainWindow::showPage(Page page) {
    pages_->setCurrentIndex(static_cast<int>(page));
    buttons_[static_cast<size_t>(page)]->setChecked(true);
    status_->setText(hintOf(page));
    showStrip();
    if (page == Page::timeline)
        timeline_->view()->setFocus();
    else
        pages_->currentWidget()->setFocus();
}

Page MainWindow::page() const {
    return static_cast<Page>(pages_->currentIndex());
}

void MainWindow::setTheme(const Theme& theme) {
    context_.theme = &theme;
    applyTheme(*qApp, theme);
    for (size_t i = 0; i < kPages; ++i) buttons_[i]->setIcon(pageIcon(static_cast<Page>(i), theme));
    showTitle();
    for (PageView* view : views_) view->restyle();
    strip_->restyle();
    for (SourceView* source : findChildren<SourceView*>()) source->restyle();
}

void MainWindow::focusFilter() {
    if (views_[static_cast<size_t>(page())]->focusFilter()) return;
    palette_->open();
}

void MainWindow::openFiles() {
    session_.open(
        QFileDialog::getOpenFileNames(this, QStringLiteral("Open recordings and scan reports"), {},
                                      QStringLiteral("Recordings and reports (*.raddle *.json);;All files (*)")));
}

void MainWindow::exportPage() {
    QString page = QString::fromUtf8(pageName(this->page()));
    QString file = QFileDialog::getSaveFileName(this, QStringLiteral("Export this page"), page + QStringLiteral(".png"),
                                                QStringLiteral("Picture (*.png);;Drawing (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    QString wrong = exportTo(file, *this, pageView());
    context_.status(wrong.isEmpty() ? QStringLiteral("Written to ") + file : wrong);
}

void MainWindow::locateSources() {
    QString folder = QFileDialog::getExistingDirectory(this, QStringLiteral("Folder that has the sources"));
    if (folder.isEmpty() || !session_.sources().add(folder)) return;
    Q_EMIT session_.sourcesChanged();
    context_.status(QStringLiteral("Sources are looked for below ") + folder);
}

Palette* MainWindow::makePalette() {
    std::vector<PaletteAction> actions;
    for (size_t i = 0; i < kPages; ++i)
        actions.push_back({QStringLiteral("Page: ") + QString::fromUtf8(kTitles[i]),
                           QStringLiteral("Ctrl+%1").arg(i + 1), [this, i] { showPage(static_cast<Page>(i)); }});
    actions.push_back({QStringLiteral("Open files…"), QStringLiteral("Ctrl+O"), [this] { openFiles(); }});
    actions.push_back(
        {QStringLiteral("Say where the sources are…"), QStringLiteral("Ctrl+Shift+O"), [this] { locateSources(); }});
    actions.push_back({QStringLiteral("Export this page…"), QStringLiteral("Ctrl+E"), [this] { exportPage(); }});
    actions.push_back({QStringLiteral("Light or dark"), QStringLiteral("Ctrl+T"),
                       [this] { setTheme(context_.theme->dark ? lightTheme() : darkTheme()); }});
    actions.push_back({QStringLiteral("Clear the selection"), QStringLiteral("Esc"), [this] { selection_.clear(); }});
    actions.push_back({QStringLiteral("Timeline: show everything"), QStringLiteral("Home"), [this] {
                           showPage(Page::timeline);
                           timeline_->view()->showAll();
                       }});
    actions.push_back({QStringLiteral("Timeline: fit the selection"), QStringLiteral("F"), [this] {
                           showPage(Page::timeline);
                           timeline_->view()->fitSelection();
                       }});
    actions.push_back({QStringLiteral("Timeline under the pages: show or hide"), QStringLiteral("Ctrl+B"),
                       [this] { toggleStrip(); }});
    actions.push_back({QStringLiteral("Reset the layout"), {}, [this] {
                           memory_.value_or(LayoutMemory()).forget(*this);
                           isStripWanted_ = true;
                           showStrip();
                           context_.status(QStringLiteral("Panes are where they are to begin with"));
                       }});
    actions.push_back({QStringLiteral("Keys"), QStringLiteral("?"), [this] { help_->open(); }});
    return new Palette(context_, std::move(actions), this);
}

void MainWindow::keepLayout(LayoutMemory memory, bool showsPage) {
    memory_ = std::move(memory);
    const Shown last = memory_->restore(*this);
    isStripWanted_ = last.strip;
    // To compare is nothing to begin with.
    showPage(showsPage && last.page && *last.page != Page::compare ? *last.page : page());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (memory_) memory_->save(*this, {page(), isStripWanted_});
    QMainWindow::closeEvent(event);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    if (event->text() == QLatin1String("?")) return help_->open();
    if (event->key() == Qt::Key_Escape) return selection_.clear();
    QMainWindow::keyPressEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (help_->isVisible()) help_->setGeometry(rect());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) paths << url.toLocalFile();
    if (!paths.isEmpty()) session_.open(paths);
}

}  // namespace raddle::gui
