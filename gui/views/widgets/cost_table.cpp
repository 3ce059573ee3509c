#include "gui/views/widgets/cost_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QShortcut>
#include <QTableView>
#include <QTimer>

#include "gui/models/base/csv.h"
#include "gui/models/base/format.h"
#include "gui/views/widgets/bar_delegate.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
CostTable::CostTable(const Context& context, TableModel* model, int sortColumn, const char* one, const char* many,
                     QWidget* parent)
    : QWidget(parent),
      context_(context),
      model_(model),
      filter_(new TableFilter(this)),
      bar_(new QWidget),
      text_(new QLineEdit),
      counter_(makeLabel("muted")),
      view_(new QTableView),
      one_(one),
      many_(many) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* top = new QHBoxLayout(bar_);
    top->setContentsMargins(0, 0, 0, 0);
    text_->setPlaceholderText(QStringLiteral("Filter %1   (Ctrl+F)").arg(QString::fromUtf8(many)));
    text_->setClearButtonEnabled(true);
    text_->setMaximumWidth(360);
    top->addWidget(text_, 1);
    top->addSpacing(8);
    top->addWidget(counter_);
    top->addStretch(1);
    layout->addWidget(bar_);
    layout->addWidget(view_, 1);

    filter_->setSourceModel(model);
    view_->setModel(filter_);
    view_->setItemDelegate(new BarDelegate(context, view_));
    view_->setSortingEnabled(true);
    view_->sortByColumn(sortColumn, model->columns()[static_cast<size_t>(sortColumn)].number ? Qt::DescendingOrder
                                                                                             : Qt::AscendingOrder);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setShowGrid(false);
    view_->setAlternatingRowColors(true);
    view_->setWordWrap(false);
    view_->setTabKeyNavigation(false);
    view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(QFontMetrics(view_->font()).height() + 10);
    view_->horizontalHeader()->setHighlightSections(false);
    view_->horizontalHeader()->setMinimumSectionSize(48);

    connect(text_, &QLineEdit::textChanged, filter_, &QSortFilterProxyModel::setFilterFixedString);
    connect(text_, &QLineEdit::textChanged, this, &CostTable::count);
    connect(text_, &QLineEdit::returnPressed, view_, [this] { view_->setFocus(); });
    connect(filter_, &QAbstractItemModel::modelReset, this, [this] {
        count();
        // A scroll bar may have come or gone; the view knows after its layout.
        QTimer::singleShot(0, this, &CostTable::fitColumns);
    });
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        if (!choosing_ && row.isValid()) Q_EMIT chose(row.data(TableModel::IdRole).toUInt());
    });
    asked_.resize(model->columns().size());
    hidden_.resize(model->columns().size());
    addMenus();
    count();
}

void CostTable::addMenus() {
    connect(new QShortcut(QKeySequence::Copy, view_, nullptr, nullptr, Qt::WidgetWithChildrenShortcut),
            &QShortcut::activated, this, [this] { QGuiApplication::clipboard()->setText(asText(false)); });
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(view_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        QMenu menu(this);
        QString cell = view_->indexAt(at).data().toString();
        menu.addAction(QStringLiteral("Copy “%1”").arg(cell.left(40)), this,
                       [cell] { QGuiApplication::clipboard()->setText(cell); })
            ->setEnabled(!cell.isEmpty());
        addCopyActions(&menu);
        menu.exec(view_->viewport()->mapToGlobal(at));
    });
    QHeaderView* header = view_->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &CostTable::chooseColumns);
}

void CostTable::addCopyActions(QMenu* menu) {
    menu->addAction(QStringLiteral("Copy the row\tCtrl+C"), this,
                    [this] { QGuiApplication::clipboard()->setText(asText(false)); });
    menu->addAction(QStringLiteral("Copy the table as text"), this,
                    [this] { QGuiApplication::clipboard()->setText(asText(true)); });
    menu->addAction(QStringLiteral("Copy the table as CSV"), this,
                    [this] { QGuiApplication::clipboard()->setText(toCsv(*filter_)); });
}

void CostTable::chooseColumns(const QPoint& at) {
    QMenu menu(this);
    for (size_t c = 1; c < asked_.size(); ++c) {
        auto column = static_cast<int>(c);
        QAction* action = menu.addAction(QString::fromUtf8(model_->columns()[c].title));
        action->setToolTip(QString::fromUtf8(model_->columns()[c].tip));
        action->setCheckable(true);
        action->setChecked(!view_->isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, c](bool shown) {
            asked_[c] = shown;
            fitColumns();
        });
    }
    menu.setToolTipsVisible(true);
    menu.exec(view_->horizontalHeader()->mapToGlobal(at));
}

// Columns that are shown, as a spreadsheet takes them.
QString CostTable::asText(bool wholeTable) const {
    QStringList lines;
    auto line = [&](auto cell) {
        QStringList cells;
        for (int c = 0; c < filter_->columnCount(); ++c)
            if (!view_->isColumnHidden(c)) cells << cell(c);
        lines << cells.join(QLatin1Char('\t'));
    };
    auto row = [&](int r) { line([&](int c) { return filter_->index(r, c).data().toString(); }); };
    if (!wholeTable) {
        if (view_->currentIndex().isValid()) row(view_->currentIndex().row());
        return lines.join(QLatin1Char('\n'));
    }
    line([&](int c) { return QString::fromUtf8(model_->columns()[static_cast<size_t>(c)].title); });
    for (int r = 0; r < filter_->rowCount(); ++r) row(r);
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void CostTable::choose(uint32_t id) {
    if (id == chosen()) return;
    choosing_ = true;
    QModelIndex row = id == UINT32_MAX ? QModelIndex() : filter_->indexOf(id);
    if (row.isValid()) {
        view_->setCurrentIndex(row);
        view_->scrollTo(row);
    } else {
        view_->selectionModel()->clear();
    }
    choosing_ = false;
}

uint32_t CostTable::chosen() const {
    QModelIndex row = view_->currentIndex();
    return row.isValid() ? row.data(TableModel::IdRole).toUInt() : UINT32_MAX;
}

void CostTable::focusFilter() {
    if (bar_->isHidden()) return view_->setFocus();
    text_->setFocus();
    text_->selectAll();
}

int CostTable::heightOfRows(int most) const {
    int rows = std::clamp(filter_->rowCount(), 2, most);
    int bar = bar_->isHidden() ? 0 : bar_->sizeHint().height() + 8;
    return bar + view_->horizontalHeader()->sizeHint().height() + rows * view_->verticalHeader()->defaultSectionSize() +
           10;
}

void CostTable::hideFilter() {
    bar_->hide();
}

void CostTable::setColumnHidden(int column, bool hidden) {
    auto c = static_cast<size_t>(column);
    if (hidden_[c] == hidden) return;
    hidden_[c] = hidden;
    fitColumns();
}

void CostTable::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitColumns();
    // The view's own width is known only after its layout has run.
    QTimer::singleShot(0, this, &CostTable::fitColumns);
}

// How much wider than its own width a text column of those shown can be.
double CostTable::growth(const std::vector<bool>& shown) const {
    const std::vector<Column>& columns = model_->columns();
    double fixed = 0, flexible = 0;
    for (size_t c = 0; c < columns.size(); ++c)
        if (shown[c]) (columns[c].number ? fixed : flexible) += columns[c].width * fontScale();
    return (view_->viewport()->width() - fixed) / std::max(flexible, 1.0);
}

// Number columns keep their width; text columns share what is left in proportion to theirs.
void CostTable::fitColumns() {
    constexpr double kReadable = 0.8;
    const std::vector<Column>& columns = model_->columns();
    std::vector<bool> shown(columns.size());
    for (size_t c = 0; c < columns.size(); ++c) shown[c] = asked_[c].value_or(!hidden_[c]);
    for (size_t c = columns.size(); c-- > 0 && growth(shown) < kReadable;)
        if (columns[c].spare && !asked_[c]) shown[c] = false;
    for (size_t c = 0; c < columns.size(); ++c) view_->setColumnHidden(static_cast<int>(c), !shown[c]);
    double scale = fontScale();
    double available = view_->viewport()->width();
    double grow = std::clamp(growth(shown), 0.45, 6.0);
    int left = static_cast<int>(available);
    for (size_t c = 0; c < columns.size(); ++c) {
        if (view_->isColumnHidden(static_cast<int>(c))) continue;
        auto width = static_cast<int>(columns[c].width * scale * (columns[c].number ? 1 : grow));
        view_->setColumnWidth(static_cast<int>(c), width);
        left -= width;
    }
    if (left > 0) view_->setColumnWidth(0, view_->columnWidth(0) + left);
}

void CostTable::count() {
    int shown = filter_->rowCount(), all = model_->rowCount();
    QString text = plural(static_cast<uint64_t>(all), one_, many_);
    if (shown != all) text = QStringLiteral("%1 of %2").arg(countText(static_cast<uint64_t>(shown)), text);
    if (context_.session.tables().isEstimate) text += QStringLiteral("   ·   estimates; being worked out exactly…");
    counter_->setText(text);
}

}  // namespace raddle::gui
