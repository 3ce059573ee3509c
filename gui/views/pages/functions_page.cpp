#include "gui/views/pages/functions_page.h"

#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/models/recording/sampled_neighbours.h"
#include "gui/models/recording/sampled_words.h"
#include "gui/models/session/story.h"
#include "gui/views/graphs/call_tree_pane.h"
#include "gui/views/pages/thread_box.h"
#include "gui/views/widgets/bar_list.h"
#include "gui/views/widgets/cost_table.h"
#include "gui/views/widgets/source_view.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr size_t kMostNeighbours = 8;

}  // namespace

FunctionsPage::FunctionsPage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      model_(new FunctionTable(context.session, this)),
      table_(new CostTable(context, model_, FunctionTable::Running, "function", "functions")),
      tree_(new CallTreePane(context)),
      lists_(new QStackedWidget),
      split_(new Split("functions", Qt::Vertical)),
      note_(makeLabel("muted")),
      threads_(new ThreadBox(context)),
      title_(makeLabel("headline")),
      neighbours_(new QWidget),
      calledBy_(makeLabel("section", QStringLiteral("Called by"))),
      calls_(makeLabel("section", QStringLiteral("Calls"))),
      callers_(new BarList(context)),
      callees_(new BarList(context)),
      source_(new SourceView(context)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(8);
    note_->setWordWrap(true);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(note_, 1);
    top->addWidget(threads_, 0, Qt::AlignTop);
    layout->addLayout(top);
    top->insertWidget(0, buildShapes(), 0, Qt::AlignTop);
    layout->addWidget(split_, 1);
    lists_->addWidget(table_);
    lists_->addWidget(tree_);
    split_->addWidget(lists_);
    auto* below = new QWidget;
    split_->addWidget(below);
    auto* detail = new QVBoxLayout(below);
    detail->setContentsMargins(0, 0, 0, 0);
    detail->setSpacing(8);
    title_->setFont(scaledFont(1.1));
    title_->setTextFormat(Qt::RichText);
    detail->addWidget(title_);
    auto* sides = new QHBoxLayout;
    sides->setSpacing(10);
    detail->addLayout(sides, 1);
    neighbours_->setObjectName(QStringLiteral("cardBody"));
    auto* lists = new QVBoxLayout(neighbours_);
    lists->setContentsMargins(12, 10, 12, 10);
    lists->setSpacing(4);
    lists->addWidget(calledBy_);
    lists->addWidget(callers_);
    lists->addSpacing(8);
    lists->addWidget(calls_);
    lists->addWidget(callees_);
    lists->addStretch(1);
    auto* area = new QScrollArea;
    area->setObjectName(QStringLiteral("card"));
    area->setWidget(neighbours_);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    sides->addWidget(area, 2);
    sides->addWidget(source_, 3);
    split_->setStretchFactor(1, 1);

    auto choose = [this](uint32_t id) { context_.selection.setFunction({id}); };
    connect(table_, &CostTable::chose, this, choose);
    connect(callers_, &BarList::chose, this, choose);
    connect(callees_, &BarList::chose, this, choose);
    connect(&context.selection, &Selection::changed, this, &FunctionsPage::followSelection);
    connect(&context.session, &Session::tablesChanged, this, &FunctionsPage::followTables);
    connect(&context.session, &Session::recordingChanged, this, [this] {
        shown_ = {};
        table_->view()->sortByColumn(model_->hasSamples() ? FunctionTable::OnCpu
                                     : model_->hasCalls() ? FunctionTable::Running
                                                          : FunctionTable::LockWait,
                                     Qt::DescendingOrder);
        followTables();
        arrange();
    });
    followTables();
}

// hotspot's three tables: functions, who calls what is expensive, and where the time goes.
QWidget* FunctionsPage::buildShapes() {
    constexpr struct {
        const char* title;
        const char* tip;
    } kShapes[] = {{"Functions", "Each function once"},
                   {"Bottom up", "What is expensive, and below it who calls it"},
                   {"Top down", "Where threads begin, and below it what they call"}};
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (size_t i = 0; i < std::size(kShapes); ++i) {
        auto* button = new QToolButton;
        button->setText(QString::fromUtf8(kShapes[i].title));
        button->setToolTip(QString::fromUtf8(kShapes[i].tip));
        button->setObjectName(QStringLiteral("segment"));
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setChecked(i == 0);
        connect(button, &QToolButton::clicked, this, [this, i] { showShape(static_cast<Shape>(i)); });
        row->addWidget(button);
    }
    return bar;
}

void FunctionsPage::showShape(Shape shape) {
    lists_->setCurrentIndex(shape == Shape::list ? 0 : 1);
    if (shape != Shape::list) tree_->show(shape == Shape::bottomUp);
    arrange();
}

void FunctionsPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

// The table gets the height of its rows, up to three fifths.
void FunctionsPage::arrange() {
    QMargins margins = layout()->contentsMargins();
    int all = height() - margins.top() - margins.bottom() - split_->handleWidth();
    int rows = lists_->currentIndex() == 0 ? std::min(table_->heightOfRows(40), all * 3 / 5) : all * 3 / 5;
    split_->suggest({rows, all - rows});
}

bool FunctionsPage::focusFilter() {
    lists_->currentIndex() == 0 ? table_->focusFilter() : tree_->focusFilter();
    return true;
}

void FunctionsPage::followTables() {
    auto recording = context_.session.recording();
    // A scope without calls is no recording without calls.
    bool calls = recording && !recording->tables.summary.functions.empty(), samples = model_->hasSamples();
    for (int column : {FunctionTable::Calls, FunctionTable::Running, FunctionTable::Self, FunctionTable::Cumulative})
        table_->setColumnHidden(column, !calls);
    for (int column : {FunctionTable::OnCpu, FunctionTable::OnCpuWithCallees})
        table_->setColumnHidden(column, !samples);
    table_->setColumnHidden(FunctionTable::Place, !model_->hasPlaces());
    const SelectionState& state = context_.selection.state();
    note_->setText(!recording ? QString()
                   : samples  ? sampledWords(*recording, {state.range, state.threads})
                   : calls
                       ? QString()
                       : QStringLiteral("These are the functions in which threads waited. To see which ones compute, "
                                        "record with --sample, or build with raddle-cc or -finstrument-functions."));
    followSelection();
}

void FunctionsPage::followSelection() {
    const SelectionState& state = context_.selection.state();
    trace::FunctionId function = state.function;
    if (!function.valid() && model_->rowCount() > 0)
        function = {table_->view()->model()->index(0, 0).data(TableModel::IdRole).toUInt()};
    table_->choose(function.value);
    if (function == shown_ && state.range == shownRange_ && function.valid()) return;
    shown_ = function;
    shownRange_ = state.range;
    showDetail();
}

void FunctionsPage::showEvent(QShowEvent*) {
    if (outdated_) showDetail();
}

void FunctionsPage::showSource(const trace::Function& function) {
    const SelectionState& state = context_.selection.state();
    const SourceQuery query{state.range, state.threads};
    if (costsOf_ != context_.session.recording() || costsQuery_ != query)
        stackCosts_ = stackCosts(context_.session.timeline(), query);
    costsOf_ = context_.session.recording();
    costsQuery_ = query;
    source_->setCosts(functionCosts(context_.session.timeline(), stackCosts_, shown_));
    source_->show(function.at);
}

// In a large recording this takes a while, so not before it is seen.
void FunctionsPage::showDetail() {
    outdated_ = !isVisible();
    if (outdated_) return;
    const trace::Timeline& timeline = context_.session.timeline();
    const trace::Function* function = lookup(timeline.functions, shown_);
    title_->setText(function ? richText(QStringLiteral("`%1`").arg(functionText(*function)), *context_.theme)
                             : QString());
    source_->setVisible(function != nullptr);
    const bool hasStacks = model_->hasCalls() || model_->hasSamples();
    neighbours_->setVisible(function && hasStacks);
    neighbours_->parentWidget()->parentWidget()->setVisible(function && hasStacks);
    if (!function) return;
    showSource(*function);
    if (!hasStacks) return;
    TimeRange range = shownRange_.value_or(TimeRange{0, timeline.durationNs + 1});
    const bool areCalls = model_->hasCalls();
    Neighbours found = areCalls ? neighboursOf(timeline, shown_, range.beginNs, range.endNs)
                                : sampledNeighboursOf(timeline, shown_, range.beginNs, range.endNs);
    auto fill = [&](BarList* list, const std::vector<Neighbour>& from, const char* none) {
        std::vector<BarRow> rows;
        for (const Neighbour& n : from) {
            if (rows.size() == kMostNeighbours) break;
            const trace::Function* f = lookup(timeline.functions, n.function);
            QString name = f ? functionText(*f) : QString::fromUtf8(none);
            double share = from[0].timeNs > 0 ? static_cast<double>(n.timeNs) / static_cast<double>(from[0].timeNs) : 0;
            rows.push_back({name,
                            QStringLiteral("%1 · %2").arg(
                                areCalls ? plural(n.calls, "call", "calls") : plural(n.calls, "sample", "samples"),
                                durationText(n.timeNs)),
                            {{State::running, share}},
                            n.function.value,
                            name});
        }
        list->show(std::move(rows));
    };
    calledBy_->setVisible(!found.callers.empty());
    calls_->setVisible(!found.callees.empty());
    fill(callers_, found.callers, "the thread's start");
    fill(callees_, found.callees, "");
}

}  // namespace raddle::gui
