#include "gui/views/graphs/lock_order_page.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "gui/views/graphs/lock_order_view.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/stack_pane.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {

LockOrderPage::LockOrderPage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      note_(makeLabel("headline")),
      legend_(makeLabel("muted")),
      view_(new LockOrderView(context)),
      detail_(new QWidget),
      title_(makeLabel("headline")),
      held_(new StackPane(context)),
      taken_(new StackPane(context)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(6);
    note_->setTextFormat(Qt::RichText);
    note_->setWordWrap(true);
    legend_->setTextFormat(Qt::RichText);
    legend_->setWordWrap(true);
    layout->addWidget(note_);
    layout->addWidget(legend_);
    auto* split = new Split("lockorder", Qt::Vertical);
    split->addWidget(view_);
    auto* below = new QVBoxLayout(detail_);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(6);
    title_->setTextFormat(Qt::RichText);
    title_->setTextInteractionFlags(Qt::TextBrowserInteraction);
    title_->setWordWrap(true);
    below->addWidget(title_);
    auto* sides = new QHBoxLayout;
    sides->setSpacing(10);
    sides->addWidget(held_, 1);
    sides->addWidget(taken_, 1);
    below->addLayout(sides, 1);
    split->addWidget(detail_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->suggest({420, 300});
    layout->addWidget(split, 1);
    connect(view_, &LockOrderView::choseArrow, this, &LockOrderPage::showArrow);
    connect(view_, &LockOrderView::choseLock, this, [this](trace::LockId lock) { context_.selection.setLock(lock); });
    connect(title_, &QLabel::linkActivated, this, [this](const QString& link) {
        context_.selection.setFinding(link.toULongLong());
        context_.show(Page::findings);
    });
    connect(&context.selection, &Selection::changed, view_, [this] { view_->update(); });
    connect(&context.session, &Session::recordingChanged, this, &LockOrderPage::outdated);
    connect(&context.session, &Session::insightChanged, this, &LockOrderPage::outdated);
    connect(&context.session, &Session::findingsChanged, this, &LockOrderPage::outdated);
}

void LockOrderPage::outdated() {
    outdated_ = true;
    if (isVisible()) rebuild();
}

void LockOrderPage::showEvent(QShowEvent*) {
    if (outdated_) rebuild();
}

void LockOrderPage::rebuild() {
    outdated_ = false;
    static const trace::LockOrder none;
    auto insight = context_.session.insight();
    const std::vector<Finding>& findings = context_.session.findings();
    std::vector<Finding> scanned(findings.begin(),
                                 findings.begin() + static_cast<std::ptrdiff_t>(context_.session.firstReported()));
    view_->show(lockGraph(context_.session.timeline(), insight ? insight->analysis.order : none, scanned));
    tell();
    const std::vector<LockArrow>& arrows = view_->graph().arrows;
    auto worst = std::find_if(arrows.begin(), arrows.end(), [](const LockArrow& a) { return a.dangerous; });
    bool any = !arrows.empty();
    detail_->setVisible(any);
    if (!any) return;
    size_t first = worst == arrows.end() ? 0 : static_cast<size_t>(worst - arrows.begin());
    view_->choose(first);
    showArrow(first);
}

void LockOrderPage::tell() {
    const LockGraph& graph = view_->graph();
    auto insight = context_.session.insight();
    const Theme& theme = *context_.theme;
    legend_->setVisible(!graph.arrows.empty());
    if (graph.arrows.empty()) {
        note_->setText(context_.session.loading() ? QStringLiteral("Working it out…")
                       : context_.session.recording()
                           ? QStringLiteral("No lock was taken while another was held: no order to get wrong.")
                           : QStringLiteral("No recording is open, and no finding is about an order of locks."));
        return;
    }
    size_t predicted = insight ? insight->analysis.order.inversions.size() : 0;
    auto dangerous = static_cast<uint64_t>(
        std::count_if(graph.arrows.begin(), graph.arrows.end(), [](const LockArrow& a) { return a.dangerous; }));
    QString text = dangerous == 0 ? QStringLiteral("Every lock is taken in the same order by all threads")
                                  : QStringLiteral("%1 of %2 can be part of a deadlock")
                                        .arg(countText(dangerous), plural(graph.arrows.size(), "order", "orders"));
    if (predicted > 0)
        text += QStringLiteral("; %1 predicted by this run").arg(plural(predicted, "deadlock", "deadlocks"));
    if (insight && insight->analysis.order.guarded > 0)
        text += QStringLiteral("; %1 cannot happen, another lock keeps the threads apart")
                    .arg(plural(insight->analysis.order.guarded, "circle", "circles"));
    if (graph.leftOut > 0)
        text += QStringLiteral("; %1 left out here").arg(plural(graph.leftOut, "lock is", "locks are"));
    note_->setText(text);
    legend_->setText(QStringLiteral("An arrow goes from a lock that is held to one taken meanwhile. "
                                    "<b>━━</b> seen in the run &nbsp; <b>╌╌</b> in the source only &nbsp; "
                                    "<b style=\"color:%1\">━━</b> can deadlock &nbsp; "
                                    "<b style=\"color:%2\">━━</b> in a circle, but kept from deadlocking")
                         .arg(theme.bad.name(), theme.warning.name()));
}

void LockOrderPage::showArrow(size_t number) {
    const LockGraph& graph = view_->graph();
    if (number >= graph.arrows.size()) return;
    const LockArrow& arrow = graph.arrows[number];
    const Theme& theme = *context_.theme;
    QString held = QString::fromStdString(graph.nodes[arrow.from].name),
            taken = QString::fromStdString(graph.nodes[arrow.to].name);
    QString text = richText(QStringLiteral("`%1` is taken while `%2` is held").arg(taken, held), theme);
    auto insight = context_.session.insight();
    const trace::LockOrderEdge* edge =
        arrow.observed && insight ? &insight->analysis.order.edges[*arrow.observed] : nullptr;
    if (edge)
        text += QStringLiteral(" &nbsp;<span style=\"color:%1; font-weight:normal\">seen %2, by %3, first at %4</span>")
                    .arg(theme.muted.name(), plural(edge->count, "time", "times"),
                         plural(edge->threads, "thread", "threads"), durationText(edge->firstNs));
    else
        text += QStringLiteral(" &nbsp;<span style=\"color:%1; font-weight:normal\">not seen in this run</span>")
                    .arg(theme.muted.name());
    const std::vector<Finding>& findings = context_.session.findings();
    for (size_t finding : arrow.findings)
        if (finding < findings.size())
            text +=
                QStringLiteral("<br><a href=\"%1\" style=\"color:%2; font-weight:normal\">%3</a>")
                    .arg(finding)
                    .arg(theme.bad.name(),
                         QString::fromStdString(findings[finding].message).remove(QLatin1Char('`')).toHtmlEscaped());
    title_->setText(text);
    held_->setVisible(edge != nullptr);
    taken_->setVisible(edge != nullptr);
    if (!edge) return;
    const trace::Timeline& timeline = context_.session.timeline();
    const trace::Thread* thread = lookup(timeline.threads, edge->thread);
    QString who = thread ? QString::fromStdString(thread->name) : QStringLiteral("a thread");
    held_->show(QStringLiteral("`%1` takes `%2` here").arg(who, held), theme.holdBlocking, {},
                storyOf(timeline, edge->heldAt));
    taken_->show(QStringLiteral("…and then `%1` here").arg(taken), arrow.dangerous ? theme.bad : theme.accent, {},
                 storyOf(timeline, edge->takenAt));
}

void LockOrderPage::restyle() {
    outdated();
}

}  // namespace raddle::gui
