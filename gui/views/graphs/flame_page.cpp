#include "gui/views/graphs/flame_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/models/recording/sampled_words.h"
#include "gui/views/graphs/cost_box.h"
#include "gui/views/graphs/flame_view.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
FlamePage::FlamePage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      cost_(new CostBox(context)),
      shape_(new QComboBox),
      byThread_(new QCheckBox(QStringLiteral("by thread"))),
      upwards_(new QCheckBox(QStringLiteral("flames upwards"))),
      search_(new QLineEdit),
      note_(makeLabel("muted")),
      callers_(new FlameView(context)),
      graph_(new FlameView(context)),
      callersArea_(scrolling(callers_)),
      graphArea_(scrolling(graph_)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(buildToolbar());
    note_->setWordWrap(true);
    layout->addWidget(note_);
    auto* split = new Split("flamegraph", Qt::Vertical);
    split->addWidget(callersArea_);
    split->addWidget(graphArea_);
    split->suggest({300, 400});
    layout->addWidget(split, 1);
    callers_->setUpwards(true);
    for (FlameView* view : {callers_, graph_}) {
        connect(view, &FlameView::chose, this,
                [this](trace::FunctionId function) { context_.selection.setFunction(function); });
        connect(view, &FlameView::zoomChanged, this, &FlamePage::tell);
    }
    connect(&context.selection, &Selection::changed, this, [this] {
        const SelectionState& state = context_.selection.state();
        bool same = state.range == shown_.range && state.threads == shown_.threads && state.lock == shown_.lock &&
                    (state.function == shown_.function || shape_->currentIndex() != static_cast<int>(Shape::sandwich));
        if (!same) outdated();
        graph_->update();
        callers_->update();
    });
    connect(&context.session, &Session::recordingChanged, this, &FlamePage::outdated);
}

QScrollArea* FlamePage::scrolling(FlameView* view) {
    auto* area = new QScrollArea;
    area->setObjectName(QStringLiteral("card"));
    area->setWidget(view);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return area;
}

QWidget* FlamePage::buildToolbar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    shape_->addItem(QStringLiteral("from the root"));
    shape_->addItem(QStringLiteral("from the leaves"));
    shape_->addItem(QStringLiteral("around the selected function"));
    search_->setPlaceholderText(QStringLiteral("Search functions and locks   (Ctrl+F)"));
    search_->setClearButtonEnabled(true);
    search_->setMaximumWidth(320);
    row->addWidget(cost_);
    row->addWidget(shape_);
    row->addWidget(byThread_);
    row->addWidget(upwards_);
    row->addStretch(1);
    row->addWidget(search_, 2);
    connect(cost_, &QComboBox::activated, this, &FlamePage::rebuild);
    connect(shape_, &QComboBox::activated, this, &FlamePage::rebuild);
    connect(byThread_, &QCheckBox::toggled, this, &FlamePage::rebuild);
    connect(upwards_, &QCheckBox::toggled, this, [this](bool on) {
        graph_->setUpwards(on);
        graphArea_->verticalScrollBar()->setValue(on ? graphArea_->verticalScrollBar()->maximum() : 0);
    });
    connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
        callers_->search(text);
        graph_->search(text);
    });
    return bar;
}

void FlamePage::outdated() {
    outdated_ = true;
    if (isVisible()) rebuild();
}

void FlamePage::showEvent(QShowEvent*) {
    if (outdated_) rebuild();
}

FlameQuery FlamePage::query() const {
    const SelectionState& state = context_.selection.state();
    FlameQuery query;
    query.cost = cost_->cost();
    query.range = state.range;
    query.threads = state.threads;
    if (query.cost == FlameCost::lockWaits) query.lock = state.lock;
    query.byThread = byThread_->isChecked();
    return query;
}

void FlamePage::rebuild() {
    outdated_ = false;
    shown_ = context_.selection.state();
    auto shape = static_cast<Shape>(shape_->currentIndex());
    const trace::Timeline& timeline = context_.session.timeline();
    FlameQuery query = this->query();
    bool sandwich = shape == Shape::sandwich && shown_.function.valid();
    callersArea_->setVisible(sandwich);
    byThread_->setEnabled(!sandwich);
    if (sandwich) {
        query.around = shown_.function;
        query.fromLeaves = true;
        callers_->show(flameTree(timeline, query), query.cost);
        query.fromLeaves = false;
    } else {
        query.fromLeaves = shape == Shape::leaves;
    }
    graph_->show(flameTree(timeline, query), query.cost);
    callersArea_->verticalScrollBar()->setValue(callersArea_->verticalScrollBar()->maximum());
    tell();
}

void FlamePage::tell() {
    const FlameTree& tree = graph_->tree();
    if (!context_.session.recording()) return note_->setText(QStringLiteral("No recording is open."));
    auto shape = static_cast<Shape>(shape_->currentIndex());
    if (shape == Shape::sandwich && !context_.selection.state().function.valid())
        return note_->setText(QStringLiteral("Click a function to see what calls it and what it calls."));
    if (tree.nodes.empty())
        return note_->setText(
            QStringLiteral("Nothing of this kind here. Remove a part of the selection above, or choose another "
                           "cost. Samples come from raddle record --sample."));
    QString text = durationText(tree.nodes[graph_->zoomed()].totalNs) + QStringLiteral(" in all");
    if (cost_->cost() == FlameCost::samples)
        text = sampledWords(*context_.session.recording(), {shown_.range, shown_.threads});
    if (graph_->zoomed() != 0)
        text = QStringLiteral("Zoomed to %1, %2. Backspace goes back.")
                   .arg(nodeText(context_.session.timeline(), tree.nodes[graph_->zoomed()]),
                        durationText(tree.nodes[graph_->zoomed()].totalNs));
    if (!search_->text().trimmed().isEmpty())
        text += QStringLiteral("   ·   %1 of it under names with “%2”")
                    .arg(percentText(graph_->matchedShare()), search_->text().trimmed());
    note_->setText(text);
}

void FlamePage::restyle() {
    update();
}

bool FlamePage::focusFilter() {
    search_->setFocus();
    search_->selectAll();
    return true;
}

}  // namespace raddle::gui
