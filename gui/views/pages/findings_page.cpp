#include "gui/views/pages/findings_page.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QTextLayout>
#include <QVBoxLayout>
#include <set>

#include "core/model/rules.h"
#include "gui/models/base/format.h"
#include "gui/views/widgets/row_delegate.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/stack_pane.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr size_t kMostStories = 4;

// The message on up to two lines, under it evidence, rule and place.
class FindingDelegate : public RowDelegate {
  public:
    using RowDelegate::RowDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QString text = paintBehind(painter, option, index).remove(QLatin1Char('`'));
        const Theme& theme = *context_.theme;
        size_t number = index.data(TableModel::IdRole).toUInt();
        if (number >= context_.session.findings().size()) return;
        const Finding& finding = context_.session.findings()[number];
        QRectF inner = QRectF(option.rect).adjusted(12, 7, -10, -7);
        painter->fillRect(QRectF(option.rect.left(), option.rect.top() + 4, 4, option.rect.height() - 8),
                          theme.of(finding.evidence));
        QFontMetricsF metrics(option.font);
        painter->setFont(option.font);
        painter->setPen(theme.text);
        drawTwoLines(*painter, inner, text, metrics);
        double middle = inner.bottom() - metrics.height() / 2 - 1;
        double x = inner.left();
        x += drawBadge(*painter, x, middle, QString::fromUtf8(toString(finding.evidence)), theme.of(finding.evidence)) +
             8;
        painter->setPen(theme.muted);
        QString place = finding.locations.empty() ? QString() : placeText(finding.locations[0].at);
        QRectF rest(x, middle - metrics.height() / 2, inner.right() - x, metrics.height());
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter, place);
        rest.setRight(rest.right() - metrics.horizontalAdvance(place) - 8);
        QStringList words{QString::fromStdString(finding.rule)};
        for (int column : {FindingTable::Status, FindingTable::InTheRun})
            if (QString word = index.siblingAtColumn(column).data().toString(); !word.isEmpty()) words.prepend(word);
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(words.join(QStringLiteral("  ·  ")), Qt::ElideRight, rest.width()));
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {200, static_cast<int>(QFontMetricsF(option.font).height() * 3) + 24};
    }

  private:
    static void drawTwoLines(QPainter& painter, const QRectF& box, const QString& text, const QFontMetricsF& metrics) {
        QTextLayout layout(text, painter.font());
        layout.beginLayout();
        QTextLine first = layout.createLine();
        if (first.isValid()) first.setLineWidth(box.width());
        layout.endLayout();
        int end = first.isValid() ? first.textLength() : 0;
        QRectF line(box.left(), box.top(), box.width(), metrics.height());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, text.left(end));
        line.translate(0, metrics.height());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(text.mid(end), Qt::ElideRight, box.width()));
    }
};

// What the run says of a finding: loud when it happened, quiet when its code did not run.
QColor colourOf(Joined joined, const Theme& theme) {
    switch (joined) {
        case Joined::confirmed:
            return theme.bad;
        case Joined::predicted:
            return theme.warning;
        case Joined::exercised:
            return theme.accent;
        default:
            return theme.muted;
    }
}

}  // namespace

FindingsPage::FindingsPage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      model_(new FindingTable(context.session, this)),
      filter_(new TableFilter(this)),
      text_(new QLineEdit),
      list_(new QListView),
      split_(new Split("findings", Qt::Horizontal)),
      detail_(new QWidget),
      title_(makeLabel("headline")),
      badges_(makeLabel("muted")),
      why_(makeLabel("muted")),
      empty_(makeLabel("muted")) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    layout->addWidget(empty_);
    layout->addWidget(split_, 1);
    auto* left = new QWidget;
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(8);
    text_->setPlaceholderText(QStringLiteral("Filter findings   (Ctrl+F)"));
    text_->setClearButtonEnabled(true);
    leftLayout->addWidget(text_);
    leftLayout->addWidget(list_, 1);
    split_->addWidget(left);
    split_->addWidget(detail_);
    split_->setStretchFactor(1, 1);

    filter_->setSourceModel(model_);
    filter_->sort(FindingTable::Evidence, Qt::DescendingOrder);
    list_->setModel(filter_);
    list_->setItemDelegate(new FindingDelegate(context, list_));
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);

    auto* right = new QVBoxLayout(detail_);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(8);
    title_->setFont(scaledFont(1.15));
    title_->setWordWrap(true);
    title_->setTextFormat(Qt::RichText);
    badges_->setTextFormat(Qt::RichText);
    badges_->setWordWrap(true);
    why_->setTextFormat(Qt::RichText);
    why_->setWordWrap(true);
    stories_ = new QHBoxLayout;
    stories_->setSpacing(10);
    right->addWidget(title_);
    right->addWidget(badges_);
    right->addLayout(stories_, 1);
    right->addWidget(why_);

    connect(text_, &QLineEdit::textChanged, filter_, &QSortFilterProxyModel::setFilterFixedString);
    connect(text_, &QLineEdit::returnPressed, list_, [this] { list_->setFocus(); });
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& row) {
        if (row.isValid()) context_.selection.setFinding(row.data(TableModel::IdRole).toUInt());
    });
    connect(&context.selection, &Selection::changed, this, &FindingsPage::followSelection);
    connect(&context.session, &Session::findingsChanged, this, &FindingsPage::reload);
    connect(&context.session, &Session::finished, this, &FindingsPage::reload);
    reload();
}

bool FindingsPage::focusFilter() {
    text_->setFocus();
    text_->selectAll();
    return true;
}

void FindingsPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    int list = std::clamp(width() / 4, 230, 420);
    split_->suggest({list, width() - list});
}

void FindingsPage::restyle() {
    reload();
}

void FindingsPage::reload() {
    bool any = !context_.session.findings().empty();
    empty_->setVisible(!any);
    list_->parentWidget()->parentWidget()->setVisible(any);
    if (context_.session.loading())
        empty_->setText(QStringLiteral("Loading…"));
    else if (context_.session.reports().empty())
        empty_->setText(QStringLiteral(
            "No scan report is open, and the recording shows no deadlock.\n\nTo see what the source says, run\n"
            "    raddle scan -p BUILD_DIR --format json -o report.json\n"
            "and open both: raddle view RECORDING report.json"));
    else
        empty_->setText(QStringLiteral("The scan found nothing."));
    shown_ = SIZE_MAX;
    followSelection();
}

void FindingsPage::followSelection() {
    if (context_.session.findings().empty()) return;
    std::optional<size_t> chosen = context_.selection.state().finding;
    size_t number = chosen && *chosen < context_.session.findings().size() ? *chosen : SIZE_MAX;
    if (number == SIZE_MAX && filter_->rowCount() > 0) number = filter_->index(0, 0).data(TableModel::IdRole).toUInt();
    QModelIndex row = filter_->indexOf(static_cast<uint32_t>(number));
    if (row.isValid() && row.row() != list_->currentIndex().row()) {
        // What the list shows for want of a selection is not selected.
        QSignalBlocker quiet(list_->selectionModel());
        list_->setCurrentIndex(row);
        list_->viewport()->update();
    }
    if (number == shown_ || number == SIZE_MAX) return;
    shown_ = number;
    showDetail();
}

void FindingsPage::showDetail() {
    const Finding& finding = context_.session.findings()[shown_];
    const Theme& theme = *context_.theme;
    title_->setText(richText(QString::fromStdString(finding.message), theme));
    const Rule* rule = findRule(finding.rule);
    auto strong = [](const QColor& colour, const char* text) {
        return QStringLiteral("<b style=\"color:%1\">%2</b>").arg(colour.name(), QString::fromUtf8(text));
    };
    QStringList facts{strong(theme.of(finding.evidence), toString(finding.evidence)),
                      strong(theme.of(finding.severity), toString(finding.severity)),
                      QString::fromUtf8(toString(finding.property)),
                      QString::fromStdString(finding.rule).toHtmlEscaped()};
    const std::vector<Joined>& joined = context_.session.joined();
    if (shown_ < joined.size() && joined[shown_] != Joined::none)
        facts << strong(colourOf(joined[shown_], theme), joinedName(joined[shown_]));
    if (QString status = statusText(finding); !status.isEmpty()) facts << status.toHtmlEscaped();
    if (finding.cwe > 0) facts << QStringLiteral("CWE-%1").arg(finding.cwe);
    QString text = facts.join(QStringLiteral(" &nbsp;·&nbsp; "));
    if (rule)
        text += QStringLiteral("<br>") +
                QString::fromUtf8(rule->summary.data(), static_cast<qsizetype>(rule->summary.size())).toHtmlEscaped();
    if (QString line = recordedLine(finding); !line.isEmpty()) text += QStringLiteral("<br>") + richText(line, theme);
    badges_->setText(text);
    showStories(finding);
    QStringList why;
    for (const std::string& line : finding.why)
        why << QStringLiteral("<li>%1</li>").arg(richText(QString::fromStdString(line), theme));
    const char* heading = finding.evidence == Evidence::confirmed ? "How it was seen" : "Why it was not excluded";
    why_->setText(QStringLiteral("<b style=\"color:%1\">%2</b><ul style=\"margin-top:3px; margin-left:-22px\">%3</ul>")
                      .arg(theme.text.name(), QString::fromUtf8(heading), why.join(QString())));
    why_->setVisible(!why.isEmpty());
}

void FindingsPage::showStories(const Finding& finding) {
    while (QLayoutItem* item = stories_->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    const Theme& theme = *context_.theme;
    const QColor colours[] = {theme.of(State::lockWait), theme.holdBlocking, theme.accent, theme.good};
    size_t shown = 0;
    for (const FindingThread& thread : finding.threads) {
        if (shown == kMostStories) break;
        QStringList facts;
        facts << (thread.spawnedAt.file.empty()
                      ? QStringLiteral("Where it was started is not known")
                      : QStringLiteral("Started at %1").arg(placeText(thread.spawnedAt).toHtmlEscaped()));
        QStringList locks;
        for (const std::string& lock : thread.locksHeld)
            locks << QLatin1Char('`') + QString::fromStdString(lock) + QLatin1Char('`');
        facts << (locks.isEmpty() ? QStringLiteral("Holds no lock")
                                  : richText(QStringLiteral("Holds ") + locks.join(QStringLiteral(", ")), theme));
        auto* pane = new StackPane(context_);
        pane->show(QStringLiteral("`%1`").arg(QString::fromStdString(thread.id)), colours[shown++], facts,
                   thread.stack);
        stories_->addWidget(pane, 1);
    }
    if (!finding.threads.empty()) return;
    // Without threads the places themselves are the story.
    auto* pane = new StackPane(context_);
    pane->show(QStringLiteral("Places"), colours[0], {}, {finding.locations.rbegin(), finding.locations.rend()});
    stories_->addWidget(pane, 1);
}

QString FindingsPage::recordedLine(const Finding& finding) const {
    std::set<std::string> names;
    for (const FindingThread& thread : finding.threads) names.insert(thread.locksHeld.begin(), thread.locksHeld.end());
    QStringList parts;
    const trace::Timeline& timeline = context_.session.timeline();
    for (const trace::LockRow& row : context_.session.tables().summary.locks)
        if (const trace::Lock* lock = lookup(timeline.locks, row.lock); lock && names.contains(lock->name))
            parts << QStringLiteral("`%1` was taken %2 and waited for %3")
                         .arg(QString::fromStdString(lock->name), plural(row.acquisitions, "time", "times"),
                              durationText(row.waitNs));
    return parts.isEmpty() ? QString() : QStringLiteral("In the recording: ") + parts.join(QStringLiteral("; "));
}

}  // namespace raddle::gui
