#include "gui/views/pages/overview_page.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "gui/views/pages/overview_bars.h"
#include "gui/views/timeline/glance_view.h"
#include "gui/views/widgets/bar_list.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

QFrame* makeCard(QVBoxLayout*& layout, const QString& title) {
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    layout = new QVBoxLayout(card);
    layout->setContentsMargins(14, 11, 14, 12);
    layout->setSpacing(7);
    if (!title.isEmpty()) layout->addWidget(makeLabel("section", title));
    return card;
}

QScrollArea* scrolling(QWidget* content) {
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    content->setObjectName(QStringLiteral("page"));
    return area;
}

void clear(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

QColor colourOf(trace::Weight weight, const Theme& theme) {
    switch (weight) {
        case trace::Weight::stuck:
            return theme.bad;
        case trace::Weight::costly:
            return theme.warning;
        case trace::Weight::notable:
            return theme.accent;
        case trace::Weight::good:
            return theme.good;
    }
    return theme.accent;
}

const char* jumpText(Page page) {
    switch (page) {
        case Page::timeline:
            return "Show on the timeline  ›";
        case Page::locks:
            return "Who holds it  ›";
        case Page::functions:
            return "Show the function  ›";
        case Page::flamegraph:
            return "Show the stacks  ›";
        case Page::findings:
            return "Show the finding  ›";
        case Page::lockorder:
            return "Show the order  ›";
        case Page::source:
            return "Show the source  ›";
        case Page::compare:
        case Page::overview:
            break;
    }
    return "Show  ›";
}

// What kept the working threads from all working all the time (trace/analysis/parallelism.h).
template <class Add>
void showEfficiency(const trace::Parallelism& parallelism, const Add& add) {
    if (parallelism.workers.size() < 2) return;
    add("Efficiency",
        QStringLiteral("%1 of what %2 could do")
            .arg(percentText(parallelism.efficiency), plural(parallelism.workers.size(), "thread", "threads")));
    add("", QStringLiteral("= %1 load balance × %2 serialisation × %3 hand-over")
                .arg(percentText(parallelism.loadBalance), percentText(parallelism.serialisation),
                     percentText(parallelism.transfer)));
}

// Of threads that still ran when their process ended it is not recorded: a sum that lacks them would be no fact.
QString cpuText(const trace::Timeline& timeline) {
    int64_t cpu = 0;
    size_t known = 0;
    for (const trace::Thread& thread : timeline.threads) {
        cpu += std::max<int64_t>(thread.cpuNs, 0);
        known += thread.cpuNs >= 0;
    }
    if (known == 0) return {};
    if (known < timeline.threads.size())
        return QStringLiteral("%1 of %2; of those that did not end before the program it is not known")
            .arg(durationText(cpu), plural(known, "thread", "threads"));
    double cores = static_cast<double>(cpu) / static_cast<double>(std::max<int64_t>(timeline.durationNs, 1));
    return QStringLiteral("%1 (%2 cores on average)").arg(durationText(cpu), QString::number(cores, 'f', 2));
}

}  // namespace

OverviewPage::OverviewPage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      glance_(new GlanceView(context)),
      glanceText_(makeLabel("muted")),
      locks_(new BarList(context)),
      functionsTitle_(makeLabel("section")),
      functions_(new BarList(context)),
      threads_(new BarList(context)),
      concurrency_(new BarList(context)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 8, 14);
    layout->setSpacing(12);
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 8, 0);
    column->setSpacing(9);
    answers_ = new QVBoxLayout;
    answers_->setSpacing(9);
    column->addLayout(answers_);
    QVBoxLayout* card = nullptr;
    column->addWidget(makeCard(card, QStringLiteral("The run at a glance")), 1);
    glanceText_->setWordWrap(true);
    card->addWidget(glanceText_);
    card->addWidget(glance_, 1);
    card->addStretch();
    column->addStretch();
    auto* right = new QWidget;
    auto* side = new QVBoxLayout(right);
    side->setContentsMargins(0, 0, 8, 0);
    side->setSpacing(9);
    layout->addWidget(scrolling(left), 5);
    layout->addWidget(scrolling(right), 3);

    side->addWidget(makeCard(card, QStringLiteral("The run")));
    facts_ = new QGridLayout;
    facts_->setHorizontalSpacing(14);
    facts_->setVerticalSpacing(4);
    facts_->setColumnStretch(1, 1);
    card->addLayout(facts_);
    side->addWidget(makeCard(card, QStringLiteral("Locks by waiting")));
    card->addWidget(locks_);
    side->addWidget(makeCard(card, QStringLiteral("How many threads run at once")));
    concurrency_->onlyShow();
    card->addWidget(concurrency_);
    side->addWidget(makeCard(card, {}));
    card->addWidget(functionsTitle_);
    card->addWidget(functions_);
    side->addWidget(makeCard(card, QStringLiteral("What threads do")));
    card->addWidget(threads_);
    side->addStretch(1);

    connect(locks_, &BarList::chose, this, [this](uint32_t id) {
        context_.selection.setLock({id});
        context_.show(Page::locks);
    });
    connect(functions_, &BarList::chose, this, [this](uint32_t id) {
        context_.selection.setFunction({id});
        context_.show(Page::functions);
    });
    auto showThread = [this](uint32_t id) {
        SelectionState state = context_.selection.state();
        state.threads = {{id}};
        context_.selection.set(std::move(state));
        context_.show(Page::timeline);
    };
    connect(threads_, &BarList::chose, this, showThread);
    connect(glance_, &GlanceView::chose, this, showThread);
    connect(&context.session, &Session::recordingChanged, this, &OverviewPage::rebuild);
    connect(&context.session, &Session::findingsChanged, this, &OverviewPage::rebuild);
    connect(&context.session, &Session::insightChanged, this, &OverviewPage::rebuild);
    connect(&context.session, &Session::finished, this, &OverviewPage::rebuild);
    rebuild();
}

void OverviewPage::restyle() {
    rebuild();
}

void OverviewPage::rebuild() {
    showAnswers();
    showFacts();
    showGlance();
    showBars();
}

void OverviewPage::showAnswers() {
    clear(answers_);
    std::vector<Answer> answers = answersFor(context_.session);
    QString headline = QStringLiteral("What stands out");
    if (answers.empty())
        headline = context_.session.loading()
                       ? (context_.session.recording() ? QStringLiteral("Working out what stands out…")
                                                       : QStringLiteral("Loading…"))
                   : context_.session.recording() ? QStringLiteral("Nothing stands out")
                                                  : QStringLiteral("Nothing is open");
    auto* title = makeLabel("headline", headline);
    title->setFont(scaledFont(1.35, true));
    answers_->addWidget(title);
    if (answers.empty() && !context_.session.loading() && !context_.session.recording()) {
        auto* hint = makeLabel(
            "muted",
            QStringLiteral(
                "Open a recording (raddle record -- PROGRAM) or a scan report (raddle scan --format json) with "
                "Ctrl+O, or drop files on the window."));
        hint->setWordWrap(true);
        answers_->addWidget(hint);
    }
    size_t rank = 0;
    for (const Answer& answer : answers) answers_->addWidget(answerCard(answer, ++rank));
}

QWidget* OverviewPage::answerCard(const Answer& answer, size_t rank) {
    const Theme& theme = *context_.theme;
    QVBoxLayout* inner = nullptr;
    QFrame* card = makeCard(inner, {});
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    auto* mark = new QLabel(QString::number(rank));
    QColor colour = colourOf(answer.weight, theme);
    int size = static_cast<int>(26 * fontScale());
    mark->setFixedSize(size, size);
    mark->setAlignment(Qt::AlignCenter);
    mark->setStyleSheet(QStringLiteral("background:%1; color:%2; border-radius:%3px; font-weight:bold;")
                            .arg(colour.name(), textOn(colour).name())
                            .arg(size / 2));
    row->addWidget(mark, 0, Qt::AlignTop);
    auto* text = new QVBoxLayout;
    text->setSpacing(4);
    auto* head = new QLabel(richText(answer.head, theme));
    head->setFont(scaledFont(1.12));
    head->setTextFormat(Qt::RichText);
    head->setWordWrap(true);
    head->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->addWidget(head);
    auto* detail = makeLabel("muted", richText(answer.detail, theme));
    detail->setTextFormat(Qt::RichText);
    detail->setWordWrap(true);
    text->addWidget(detail);
    row->addLayout(text, 1);
    auto* jump = new QPushButton(QString::fromUtf8(jumpText(answer.page)));
    jump->setObjectName(QStringLiteral("jump"));
    jump->setCursor(Qt::PointingHandCursor);
    connect(jump, &QPushButton::clicked, this, [this, answer] {
        context_.selection.set(answer.selection);
        context_.show(answer.page);
    });
    row->addWidget(jump, 0, Qt::AlignTop);
    inner->addLayout(row);
    return card;
}

void OverviewPage::showFacts() {
    clear(facts_);
    int row = 0;
    auto add = [&](const char* name, const QString& value, const QColor& colour = {}) {
        facts_->addWidget(makeLabel("muted", QString::fromUtf8(name)), row, 0, Qt::AlignTop);
        auto* label = new QLabel(value);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (colour.isValid()) label->setStyleSheet(QStringLiteral("color:%1").arg(colour.name()));
        facts_->addWidget(label, row++, 1);
    };
    const Theme& theme = *context_.theme;
    if (auto recording = context_.session.recording()) {
        const trace::Timeline& t = recording->timeline;
        QString command = QString::fromStdString(t.command);
        add("Command", command.size() > 160 ? command.left(157) + QStringLiteral("…") : command);
        add("Duration", durationText(t.durationNs));
        size_t most = static_cast<size_t>(recording->index.mostRunning + 0.5f);
        if (auto insight = context_.session.insight()) most = insight->analysis.parallelism.mostRunning();
        QString threads = QStringLiteral("%1, at most %2 running").arg(countText(t.threads.size()), countText(most));
        if (t.processes.size() > 1)
            threads += QStringLiteral(", in ") + plural(t.processes.size(), "process", "processes");
        if (t.processors > 0) threads += QStringLiteral(", on ") + plural(t.processors, "processor", "processors");
        add("Threads", threads);
        if (QString cpu = cpuText(t); !cpu.isEmpty()) add("CPU time", cpu);
        if (auto insight = context_.session.insight()) showEfficiency(insight->analysis.parallelism, add);
        add("Locks", QStringLiteral("%1, and %2")
                         .arg(plural(t.locks.size(), "lock", "locks"),
                              plural(t.objects.size(), "condition, semaphore, barrier or futex",
                                     "conditions, semaphores, barriers and futexes")));
        add("Events", countText(t.events));
        if (t.droppedEvents > 0)
            add("Dropped", plural(t.droppedEvents, "event", "events"), theme.bad);
        else
            add("Dropped", QStringLiteral("none"));
        if (!t.complete) add("Ended", QStringLiteral("cut off: killed or still running"), theme.bad);
        for (size_t i = 0; i < std::min<size_t>(t.notes.size(), 4); ++i)
            add(i == 0 ? "Notes" : "", QString::fromStdString(t.notes[i]));
    }
    for (const ScanReport& report : context_.session.reports()) {
        const Coverage& c = report.report.coverage;
        add("Scan report", report.path.section(QLatin1Char('/'), -1));
        add("Scanned", QStringLiteral("%1, %2").arg(plural(c.files, "file", "files"),
                                                    plural(c.functions, "function", "functions")));
        if (!c.failed.empty()) add("Not parsed", plural(c.failed.size(), "file", "files"), theme.bad);
    }
    facts_->parentWidget()->setVisible(row > 0);
}

void OverviewPage::showGlance() {
    auto recording = context_.session.recording();
    glance_->reload();
    glance_->parentWidget()->setVisible(recording != nullptr);
    if (!recording) return;
    QString text = QStringLiteral(
                       "%1 of %2 run on average. To run is to wait for nothing that is recorded; it may be in a "
                       "system call or in the queue for a core.")
                       .arg(QString::number(recording->index.meanRunning, 'f', 2),
                            plural(recording->timeline.threads.size(), "thread", "threads"));
    if (size_t hidden = glance_->hiddenThreads())
        text += QStringLiteral(" %1 that live shorter are left out here.").arg(countText(hidden));
    glanceText_->setText(text);
    // The card is as high as its picture needs at most: rows that are stretched say no more.
    glance_->parentWidget()->setMaximumHeight(glance_->maximumHeight() + static_cast<int>(96 * fontScale()));
}

void OverviewPage::showBars() {
    const Session& session = context_.session;
    auto show = [](BarList* list, std::vector<BarRow> rows) {
        list->parentWidget()->setVisible(!rows.empty());
        list->show(std::move(rows));
    };
    bool isOpen = session.recording() != nullptr;
    bool isSampled = isOpen && !session.recording()->tables.summary.sampled.empty();
    functionsTitle_->setText(isSampled ? QStringLiteral("Functions by time on the processor")
                                       : QStringLiteral("Functions by the time they run themselves"));
    show(locks_, isOpen ? lockBars(session) : std::vector<BarRow>());
    show(functions_, !isOpen     ? std::vector<BarRow>()
                     : isSampled ? sampledFunctionBars(session)
                                 : calledFunctionBars(session));
    show(threads_, isOpen ? threadBars(session) : std::vector<BarRow>());
    show(concurrency_, isOpen ? concurrencyBars(session) : std::vector<BarRow>());
}

}  // namespace raddle::gui
