#include "gui/views/graphs/call_tree_pane.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/views/graphs/cost_box.h"
#include "gui/views/widgets/bar_delegate.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr int kMostOpened = 40;  // lines that are opened of themselves: some of the costliest path

}  // namespace

CallTreePane::CallTreePane(const Context& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      cost_(new CostBox(context)),
      search_(new QLineEdit),
      note_(makeLabel("muted")),
      model_(new CallTreeModel(this)),
      filter_(new TableFilter(this)),
      view_(new QTreeView) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* top = new QHBoxLayout;
    top->setSpacing(10);
    search_->setPlaceholderText(QStringLiteral("Search functions   (Ctrl+F)"));
    search_->setClearButtonEnabled(true);
    search_->setMaximumWidth(360);
    top->addWidget(search_, 1);
    top->addWidget(cost_);
    top->addWidget(note_);
    top->addStretch(1);
    layout->addLayout(top);
    layout->addWidget(view_, 1);

    filter_->setSourceModel(model_);
    filter_->setRecursiveFilteringEnabled(true);
    filter_->setFilterKeyColumn(CallTreeModel::Name);
    view_->setModel(filter_);
    view_->setItemDelegate(new BarDelegate(context, view_));
    view_->setSortingEnabled(true);
    view_->sortByColumn(CallTreeModel::Total, Qt::DescendingOrder);
    view_->setUniformRowHeights(true);
    view_->setAlternatingRowColors(true);
    view_->setAllColumnsShowFocus(true);
    view_->header()->setStretchLastSection(false);
    view_->header()->setHighlightSections(false);
    view_->header()->setMinimumSectionSize(48);

    connect(search_, &QLineEdit::textChanged, this, &CallTreePane::filter);
    connect(search_, &QLineEdit::returnPressed, view_, [this] { view_->setFocus(); });
    connect(cost_, &QComboBox::activated, this, &CallTreePane::rebuild);
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        uint32_t function = row.data(TableModel::IdRole).toUInt();
        if (!choosing_ && row.isValid() && function != UINT32_MAX) context_.selection.setFunction({function});
    });
    connect(&context.selection, &Selection::changed, this, [this] {
        const SelectionState& state = context_.selection.state();
        if (state.range != shown_.range || state.threads != shown_.threads || state.lock != shown_.lock)
            return outdated();
        if (isVisible()) followFunction();
    });
    connect(&context.session, &Session::recordingChanged, this, [this] {
        model_->show(nullptr, {}, cost_->cost());  // the recording it is of may be gone
        outdated();
    });
    // As its scroll bar comes and goes.
    connect(view_->verticalScrollBar(), &QScrollBar::rangeChanged, this, &CallTreePane::fitColumns);
}

void CallTreePane::show(bool fromLeaves) {
    fromLeaves_ = fromLeaves;
    outdated();
}

void CallTreePane::focusFilter() {
    search_->setFocus();
    search_->selectAll();
}

void CallTreePane::outdated() {
    outdated_ = true;
    if (isVisible()) rebuild();
}

void CallTreePane::showEvent(QShowEvent*) {
    if (outdated_) rebuild();
}

void CallTreePane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    QTimer::singleShot(0, this, &CallTreePane::fitColumns);
}

void CallTreePane::rebuild() {
    outdated_ = false;
    shown_ = context_.selection.state();
    FlameQuery query;
    query.cost = cost_->cost();
    query.range = shown_.range;
    query.threads = shown_.threads;
    if (query.cost == FlameCost::lockWaits) query.lock = shown_.lock;
    query.fromLeaves = fromLeaves_;
    const trace::Timeline& timeline = context_.session.timeline();
    choosing_ = true;
    model_->show(&timeline, flameTree(timeline, query), query.cost);
    choosing_ = false;
    const std::vector<FlameNode>& nodes = model_->tree().nodes;
    note_->setText(nodes.empty() ? QStringLiteral("Nothing of this kind here.")
                                 : durationText(nodes[0].totalNs) + QStringLiteral(" in all"));
    // Upside down a line's own share is that of where stacks begin: it says nothing.
    view_->setColumnHidden(CallTreeModel::Self, fromLeaves_);
    fitColumns();
    openCostliest();
    followFunction();
}

// From the root as long as one line has most of what is above it; from the leaves only the first step.
void CallTreePane::openCostliest() {
    const std::vector<FlameNode>& nodes = model_->tree().nodes;
    uint32_t at = 0;
    for (int opened = 0; !nodes.empty() && opened < kMostOpened && nodes[at].children > 0; ++opened) {
        uint32_t first = nodes[at].firstChild;
        if (at != 0 && nodes[first].totalNs * 2 < nodes[at].totalNs) break;
        view_->expand(filter_->mapFromSource(model_->indexOf(first)));
        at = first;
        if (fromLeaves_) break;
    }
}

void CallTreePane::followFunction() {
    trace::FunctionId function = context_.selection.state().function;
    QModelIndex current = view_->currentIndex();
    if (current.isValid() && current.data(TableModel::IdRole).toUInt() == function.value) return;
    choose(function.valid() ? model_->costliestOf(function) : 0);
}

void CallTreePane::choose(uint32_t node) {
    choosing_ = true;
    QModelIndex row = filter_->mapFromSource(model_->indexOf(node));
    if (row.isValid()) {
        view_->setCurrentIndex(row);
        view_->scrollTo(row);
    } else {
        view_->selectionModel()->clear();
    }
    choosing_ = false;
}

void CallTreePane::filter(const QString& text) {
    constexpr uint32_t kFew = 5000;  // lines that can all be opened without a wait
    filter_->setFilterFixedString(text.trimmed());
    if (text.trimmed().isEmpty() || model_->tree().nodes.size() > kFew) return;
    view_->expandAll();
}

// The function gets what the others leave.
void CallTreePane::fitColumns() {
    constexpr int kWidths[] = {0, 132, 132, 76, 120, 170};
    int left = view_->viewport()->width();
    for (int c = CallTreeModel::Total; c <= CallTreeModel::Place; ++c) {
        if (view_->isColumnHidden(c)) continue;
        view_->setColumnWidth(c, static_cast<int>(kWidths[c] * fontScale()));
        left -= view_->columnWidth(c);
    }
    view_->setColumnWidth(CallTreeModel::Name, std::max(left, static_cast<int>(200 * fontScale())));
}

}  // namespace raddle::gui
