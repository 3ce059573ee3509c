#include "gui/views/pages/source_page.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/models/base/format.h"
#include "gui/models/tables/source_table.h"
#include "gui/views/widgets/cost_table.h"
#include "gui/views/widgets/source_view.h"
#include "gui/views/widgets/split.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {
namespace {

constexpr const char* kColumnNames[kSourceColumns] = {"on the CPU", "waits for a lock", "waits for something else",
                                                      "makes others wait"};

QColor colourOf(SourceColumn column, const Theme& theme) {
    return column == SourceColumn::blocking ? theme.holdBlocking : theme.of(stateOf(column));
}

}  // namespace

SourcePage::SourcePage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      model_(new SourceTable(this)),
      table_(new CostTable(context, model_, SourceTable::LockWait, "file", "files")),
      title_(makeLabel("headline")),
      legend_(makeLabel("muted")),
      view_(new SourceView(context)),
      detail_(makeLabel("muted")) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    auto* split = new Split("source", Qt::Horizontal);
    layout->addWidget(split);
    split->addWidget(table_);
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    legend_->setTextFormat(Qt::RichText);
    legend_->setWordWrap(true);
    detail_->setTextFormat(Qt::RichText);
    detail_->setWordWrap(true);
    detail_->setTextInteractionFlags(Qt::TextBrowserInteraction);
    column->addWidget(title_);
    column->addWidget(legend_);
    column->addWidget(view_, 1);
    column->addWidget(detail_);
    split->addWidget(right);
    split->setStretchFactor(1, 1);
    split->suggest({520, 1000});

    connect(table_, &CostTable::chose, this, [this](uint32_t id) { showFile(costliest(model_->file(id))); });
    connect(view_, &SourceView::choseLine, this, &SourcePage::showLine);
    connect(detail_, &QLabel::linkActivated, this, [this](const QString& link) {
        context_.selection.setFinding(link.toULongLong());
        context_.show(Page::findings);
    });
    connect(&context.selection, &Selection::changed, this, [this] {
        const SelectionState& state = context_.selection.state();
        if (state.range != shown_.range || state.threads != shown_.threads) return outdated();
        if (state.function != shown_.function || state.finding != shown_.finding) followSelection();
        shown_ = state;
    });
    connect(&context.session, &Session::recordingChanged, this, &SourcePage::outdated);
    connect(&context.session, &Session::findingsChanged, this, &SourcePage::outdated);
}

void SourcePage::outdated() {
    outdated_ = true;
    if (isVisible()) rebuild();
}

void SourcePage::showEvent(QShowEvent*) {
    if (outdated_) rebuild();
}

void SourcePage::rebuild() {
    outdated_ = false;
    shown_ = context_.selection.state();
    costs_ = sourceCosts(context_.session.timeline(), context_.session.findings(), {shown_.range, shown_.threads});
    model_->show(costs_);
    for (size_t c = 0; c < kSourceColumns; ++c)
        table_->setColumnHidden(SourceTable::Cpu + static_cast<int>(c),
                                !model_->hasColumn(static_cast<SourceColumn>(c)));
    table_->setColumnHidden(SourceTable::Findings, context_.session.findings().empty());
    followSelection();
}

// To the selected function or finding, else to the line that costs most.
void SourcePage::followSelection() {
    const SelectionState& state = context_.selection.state();
    const std::vector<Finding>& findings = context_.session.findings();
    if (state.finding && *state.finding < findings.size() && !findings[*state.finding].locations.empty())
        return showFile(findings[*state.finding].locations[0].at);
    const trace::Function* function = lookup(context_.session.timeline().functions, state.function);
    if (function && !function->at.file.empty()) return showFile(function->at);
    if (model_->rowCount() > 0) return showFile(costliest(model_->file(0)));
    title_->setText(context_.session.recording() ? QStringLiteral("Nothing recorded names a source line")
                                                 : QStringLiteral("Nothing is open"));
    legend_->clear();
    detail_->clear();
    view_->show({});
}

SourceLocation SourcePage::costliest(const std::string& file) const {
    SourceLocation at{file, 1, 0};
    int64_t most = -1;
    auto lines = costs_.find(file);
    if (lines == costs_.end()) return at;
    for (const auto& [line, cost] : lines->second) {
        // Idle waiting last; a finding is worth going to where nothing was recorded.
        int64_t own = 0;
        for (size_t c = 0; c < kSourceColumns; ++c)
            own += static_cast<SourceColumn>(c) == SourceColumn::otherWait ? cost.self[c] / 1000 : cost.self[c];
        if (cost.findings.empty() && own == 0) continue;
        if (own > most) most = own, at.line = line;
    }
    return at;
}

void SourcePage::showFile(const SourceLocation& at) {
    table_->choose(model_->idOf(at.file));
    QString path = QString::fromStdString(at.file);
    title_->setText(QFontMetrics(title_->font()).elidedText(path, Qt::ElideMiddle, std::max(title_->width(), 300)));
    title_->setToolTip(path);
    auto lines = costs_.find(at.file);
    view_->setCosts(lines == costs_.end() ? FileCosts() : lines->second);
    view_->show(at);
    showLegend();
    showLine(at.line);
}

void SourcePage::showLegend() {
    const Theme& theme = *context_.theme;
    QStringList parts;
    for (size_t c = 0; c < kSourceColumns; ++c)
        if (model_->hasColumn(static_cast<SourceColumn>(c)))
            parts << QStringLiteral("<span style=\"color:%1\">■</span> %2")
                         .arg(colourOf(static_cast<SourceColumn>(c), theme).name(), QString::fromUtf8(kColumnNames[c]));
    if (!context_.session.findings().empty())
        parts << QStringLiteral("<span style=\"color:%1\">●</span> finding").arg(theme.bad.name());
    legend_->setText(QStringLiteral("Time with the line on the stack: ") + parts.join(QStringLiteral(" &nbsp; ")));
}

void SourcePage::showLine(uint32_t line) {
    auto lines = costs_.find(view_->location().file);
    auto found = lines == costs_.end() ? FileCosts::const_iterator() : lines->second.find(line);
    if (lines == costs_.end() || found == lines->second.end())
        return detail_->setText(QStringLiteral("Line %1: nothing was recorded there.").arg(line));
    const LineCost& cost = found->second;
    QStringList parts;
    for (size_t c = 0; c < kSourceColumns; ++c) {
        if (cost.total[c] <= 0) continue;
        QString text = durationText(cost.total[c]) + QLatin1Char(' ') + QString::fromUtf8(kColumnNames[c]);
        if (cost.self[c] < cost.total[c])
            text += QStringLiteral(" (%1 in the line itself)").arg(durationText(cost.self[c]));
        parts << text;
    }
    if (cost.waits > 0) parts << plural(cost.waits, "wait", "waits");
    QString text =
        QStringLiteral("<b>Line %1</b> &nbsp;%2").arg(line).arg(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
    const std::vector<Finding>& findings = context_.session.findings();
    for (size_t finding : cost.findings)
        if (finding < findings.size())
            text +=
                QStringLiteral("<br><a href=\"%1\" style=\"color:%2\">%3</a>")
                    .arg(finding)
                    .arg(context_.theme->of(findings[finding].evidence).name(),
                         QString::fromStdString(findings[finding].message).remove(QLatin1Char('`')).toHtmlEscaped());
    detail_->setText(text);
}

void SourcePage::restyle() {
    outdated();
}

bool SourcePage::focusFilter() {
    table_->focusFilter();
    return true;
}

const QAbstractItemModel* SourcePage::table() const {
    return model_;
}

}  // namespace raddle::gui
