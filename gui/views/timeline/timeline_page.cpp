#include "gui/views/timeline/timeline_page.h"

#include <QCheckBox>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "gui/models/session/story.h"
#include "gui/models/timeline/timeline_text.h"
#include "gui/views/timeline/timeline_view.h"
#include "gui/views/widgets/flow_layout.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/stack_pane.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

const char* legendName(State state) {
    switch (state) {
        case State::running:
            return "runs";
        case State::lockWait:
            return "waits for a lock";
        case State::eventWait:
            return "for an event";
        case State::joinWait:
            return "joins";
        case State::sleep:
            return "sleeps";
        case State::io:
            return "I/O";
    }
    return "";
}

QPixmap swatch(const QColor& colour, int height) {
    QPixmap pixmap(14, 14);
    pixmap.fill(Qt::transparent);
    QPainter(&pixmap).fillRect(0, (14 - height) / 2, 14, height, colour);
    return pixmap;
}

}  // namespace

TimelinePage::TimelinePage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      view_(new TimelineView(context)),
      legend_(new QWidget),
      story_(new QWidget),
      waiter_(new StackPane(context)),
      blocker_(new StackPane(context)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* split = new Split("timeline", Qt::Vertical);
    split->setHandleWidth(6);
    split->addWidget(view_);
    auto* sides = new QHBoxLayout(story_);
    sides->setContentsMargins(12, 4, 12, 6);
    sides->setSpacing(10);
    sides->addWidget(waiter_, 1);
    sides->addWidget(blocker_, 1);
    split->addWidget(story_);
    split->setStretchFactor(0, 5);
    split->setStretchFactor(1, 3);
    split->suggest({480, 270});
    layout->addWidget(split, 1);
    legend_->setObjectName(QStringLiteral("page"));
    (new FlowLayout(legend_, 11))->setContentsMargins(12, 5, 12, 5);
    layout->addWidget(legend_);
    buildLegend();
    connect(&context.selection, &Selection::changed, this, &TimelinePage::followSelection);
    followSelection();
}

void TimelinePage::restyle() {
    buildLegend();
    followSelection();
    view_->restyle();
}

// Waits can be switched off, to see what is left.
void TimelinePage::buildLegend() {
    QLayout* row = legend_->layout();
    while (QLayoutItem* item = row->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Theme& theme = *context_.theme;
    auto plain = [&](const QColor& colour, const char* text, int height, const char* tip) {
        auto* icon = new QLabel;
        icon->setPixmap(swatch(colour, height));
        row->addWidget(icon);
        auto* label = makeLabel("muted", QString::fromUtf8(text));
        label->setToolTip(QString::fromUtf8(tip));
        row->addWidget(label);
    };
    plain(theme.of(State::running), "runs", 14,
          "Waits for nothing recorded; paler the less CPU the thread used: it was in system calls or had no core");
    for (State state : {State::lockWait, State::eventWait, State::joinWait, State::sleep, State::io}) {
        auto* box = new QCheckBox(QString::fromUtf8(legendName(state)));
        box->setIcon(swatch(theme.of(state), 14));
        box->setChecked(true);
        box->setFocusPolicy(Qt::TabFocus);
        box->setToolTip(QStringLiteral(
            "Show or hide; an event is a condition, semaphore, barrier or futex; input and output (I/O) is also "
            "waiting for connections, child processes and signals"));
        connect(box, &QCheckBox::toggled, view_, [this, state](bool on) { view_->setHidden(state, !on); });
        row->addWidget(box);
    }
    plain(theme.holdQuiet, "holds a lock", 6, "Nobody waited for it meanwhile");
    plain(theme.holdBlocking, "…and others wait", 6, "Somebody waited for the lock meanwhile");
    auto overlay = [&](Overlay what, const QColor& colour, int height, const char* text, const char* tip) {
        auto* box = new QCheckBox(QString::fromUtf8(text));
        box->setIcon(swatch(colour, height));
        box->setChecked(true);
        box->setFocusPolicy(Qt::TabFocus);
        box->setToolTip(QString::fromUtf8(tip));
        connect(box, &QCheckBox::toggled, view_, [this, what](bool on) { view_->setOverlay(what, on); });
        row->addWidget(box);
    };
    overlay(Overlay::criticalPath, theme.accent, 3, "critical path",
            "The one chain of work that made the run as long as it was; only what lies on it is worth speeding up");
    overlay(Overlay::wakeUps, blend(theme.text, theme.of(State::eventWait), 0.55), 2, "wake-ups",
            "From whoever ended a wait to the waiter; seen when few enough are in view");
    overlay(Overlay::markers, theme.bad, 9, "findings",
            "Races, deadlocks and lock orders, on all threads they are about");
}

void TimelinePage::followSelection() {
    const trace::Timeline& timeline = context_.session.timeline();
    const auto& ref = context_.selection.state().wait;
    const trace::Thread* thread = ref ? lookup(timeline.threads, ref->thread) : nullptr;
    bool any = thread && ref->index < thread->waits.size();
    story_->setVisible(any);
    if (!any) return;
    const trace::Wait& wait = thread->waits[ref->index];
    const Theme& theme = *context_.theme;
    waiter_->show(waitSentence(timeline, *ref), theme.of(stateOf(wait.kind)), {}, storyOf(timeline, wait.stack));
    bool lock = wait.kind == trace::WaitKind::lock;
    blocker_->setVisible(lock || !storyOf(timeline, wait.blockerStack).empty());
    QStringList queue;
    for (const QString& text : queueSentences(*context_.session.recording(), *ref)) queue << richText(text, theme);
    blocker_->show(blockerSentence(timeline, *ref), lock ? theme.holdBlocking : theme.of(State::running), queue,
                   storyOf(timeline, wait.blockerStack));
}

}  // namespace raddle::gui
