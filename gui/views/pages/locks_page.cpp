#include "gui/views/pages/locks_page.h"

#include <QLabel>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/models/session/story.h"
#include "gui/views/pages/blame_matrix.h"
#include "gui/views/timeline/lock_strip.h"
#include "gui/views/widgets/cost_table.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/stack_pane.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {

LocksPage::LocksPage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      model_(new LockTable(context.session, this)),
      blameModel_(new BlameTable(context.session, this)),
      table_(new CostTable(context, model_, LockTable::Wait, "lock", "locks")),
      blame_(new CostTable(context, blameModel_, BlameTable::Wait, "pair of stacks", "pairs of stacks")),
      split_(new Split("locks", Qt::Vertical)),
      detail_(new QWidget),
      title_(makeLabel("headline")),
      empty_(makeLabel("muted")),
      whatIf_(makeLabel("muted")),
      strip_(new LockStrip(context)),
      matrix_(new BlameMatrix(context)),
      waiter_(new StackPane(context)),
      holder_(new StackPane(context)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->addWidget(split_);
    split_->addWidget(table_);
    split_->addWidget(detail_);

    auto* below = new QVBoxLayout(detail_);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(8);
    title_->setFont(scaledFont(1.1));
    title_->setTextFormat(Qt::RichText);
    below->addWidget(title_);
    below->addWidget(empty_);
    whatIf_->setWordWrap(true);
    below->addWidget(whatIf_);
    below->addWidget(strip_);
    auto* sides = new Split("locks-who", Qt::Horizontal);
    auto* who = new QWidget;
    auto* whoLayout = new QVBoxLayout(who);
    whoLayout->setContentsMargins(0, 0, 0, 0);
    whoLayout->setSpacing(8);
    blame_->hideFilter();
    whoLayout->addWidget(matrix_);
    whoLayout->addWidget(blame_, 1);
    sides->addWidget(who);
    sides->addWidget(waiter_);
    sides->addWidget(holder_);
    sides->suggest({560, 400, 400});
    below->addWidget(sides, 1);
    below->addStretch();  // where there is nobody to show

    connect(table_, &CostTable::chose, this, [this](uint32_t id) { context_.selection.setLock({id}); });
    connect(strip_, &LockStrip::pressed, this, [this] {
        context_.selection.setLock(shown_);
        context_.show(Page::timeline);
    });
    connect(blame_, &CostTable::chose, this, &LocksPage::showPair);
    connect(&context.selection, &Selection::changed, this, &LocksPage::followSelection);
    connect(&context.session, &Session::tablesChanged, this, &LocksPage::followSelection);
    connect(&context.session, &Session::insightChanged, this, &LocksPage::showWhatIf);
    connect(&context.session, &Session::recordingChanged, this, [this] {
        shown_ = {};
        followSelection();
        arrange();
    });
    followSelection();
}

void LocksPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

// The table gets the height of its rows, up to two fifths; few columns where the window is narrow.
void LocksPage::arrange() {
    QMargins margins = layout()->contentsMargins();
    int all = height() - margins.top() - margins.bottom() - split_->handleWidth();
    int rows = std::min(table_->heightOfRows(12), all * 2 / 5);
    split_->suggest({rows, all - rows});
    bool narrow = width() < 1150 * fontScale(), medium = width() < 1400 * fontScale();
    blame_->setColumnHidden(BlameTable::MaxWait, narrow);
    blame_->setColumnHidden(BlameTable::Waits, narrow);
    table_->setColumnHidden(LockTable::Kind, narrow);
    for (int column : {LockTable::P99Wait, LockTable::MaxHold}) table_->setColumnHidden(column, narrow);
    for (int column : {LockTable::MedianWait, LockTable::MedianHold, LockTable::P99Hold, LockTable::Upkeep})
        table_->setColumnHidden(column, medium);
}

bool LocksPage::focusFilter() {
    table_->focusFilter();
    return true;
}

// Without a selected lock the costliest one is told about, so that the page never starts half empty.
void LocksPage::followSelection() {
    const SelectionState& state = context_.selection.state();
    const auto& locks = context_.session.tables().summary.locks;
    trace::LockId lock = state.lock;
    if (!lookup(context_.session.timeline().locks, lock)) lock = locks.empty() ? trace::LockId() : locks.front().lock;
    table_->choose(lock.value);
    if (lock == shown_ && state.range == shownRange_ && lock.valid()) return;
    shown_ = lock;
    shownRange_ = state.range;
    showDetail();
}

void LocksPage::showEvent(QShowEvent*) {
    if (outdated_) showDetail();
}

// In a large recording this takes a while, so not before it is seen.
void LocksPage::showDetail() {
    outdated_ = !isVisible();
    if (outdated_) return;
    auto recording = context_.session.recording();
    const trace::Lock* lock = recording ? lookup(recording->timeline.locks, shown_) : nullptr;
    LockDetail detail;
    if (lock) {
        TimeRange range = shownRange_.value_or(TimeRange{0, recording->timeline.durationNs});
        detail = lockDetail(recording->timeline, recording->index.locks[shown_.index()], range.beginNs, range.endNs);
    }
    showWhatIf();
    bool any = !detail.pairs.empty();
    matrix_->parentWidget()->parentWidget()->setVisible(any);
    empty_->setVisible(!any);
    strip_->show(lock ? shown_ : trace::LockId());
    matrix_->show(detail);
    blameModel_->show(std::move(detail));
    if (!lock) {
        title_->clear();
        empty_->setText(recording ? QStringLiteral("The program took no lock.")
                                  : QStringLiteral("No recording is open."));
        return;
    }
    QString name = QString::fromStdString(lock->name);
    title_->setText(
        richText(any ? QStringLiteral("Who makes whom wait for `%1`").arg(name) : QStringLiteral("`%1`").arg(name),
                 *context_.theme));
    empty_->setText(QStringLiteral("Nobody waited for it%1.")
                        .arg(shownRange_ ? QStringLiteral(" in the selected time") : QString()));
    if (any) {
        blame_->choose(0);
        showPair(0);
    }
}

void LocksPage::showWhatIf() {
    auto insight = context_.session.insight();
    const trace::WhatIf* found = nullptr;
    if (insight)
        for (const trace::WhatIf& whatIf : insight->analysis.whatIfs.locks)
            if (whatIf.lock == shown_) found = &whatIf;
    whatIf_->setVisible(found != nullptr);
    if (!found) return;
    double run = static_cast<double>(std::max<int64_t>(insight->analysis.whatIfs.recordedNs, 1));
    auto saving = [run](const trace::Saving& s) {
        QString text = percentText(std::max<double>(0, static_cast<double>(s.ns)) / run);
        if (s.highNs - s.lowNs > static_cast<int64_t>(run / 100))
            text += QStringLiteral(" (%1 to %2)")
                        .arg(percentText(std::max<double>(0, static_cast<double>(s.lowNs)) / run),
                             percentText(std::max<double>(0, static_cast<double>(s.highNs)) / run));
        return text;
    };
    whatIf_->setText(
        QStringLiteral("The run would be shorter by %1 if nobody ever waited for it, by %2 if it were two locks, by %3 "
                       "if it were held half as long: estimates from replaying the recording.")
            .arg(saving(found->free), saving(found->split), saving(found->halfHeld)));
}

void LocksPage::showPair(uint32_t row) {
    const LockDetail& detail = blameModel_->detail();
    if (row >= detail.pairs.size()) return;
    const BlamePair& pair = detail.pairs[row];
    const trace::Timeline& timeline = context_.session.timeline();
    const Theme& theme = *context_.theme;
    waiter_->show(QStringLiteral("Waiting: %1 in %2, longest %3")
                      .arg(durationText(pair.waitNs), plural(pair.waits, "wait", "waits"), durationText(pair.maxNs)),
                  theme.of(State::lockWait), {}, storyOf(timeline, pair.waiter));
    holder_->show(QStringLiteral("Holding, acquired here"), theme.holdBlocking, {}, storyOf(timeline, pair.holder));
}

}  // namespace raddle::gui
