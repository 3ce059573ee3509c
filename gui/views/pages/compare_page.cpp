#include "gui/views/pages/compare_page.h"

#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/models/tables/compare_table.h"
#include "gui/views/widgets/cost_table.h"
#include "gui/views/widgets/style.h"

namespace raddle::gui {

ComparePage::ComparePage(const Context& context, QWidget* parent)
    : PageView(parent),
      context_(context),
      model_(new CompareTable(this)),
      table_(new CostTable(context, model_, CompareTable::Change, "row", "rows")),
      before_(new QComboBox),
      after_(new QComboBox),
      note_(makeLabel("headline")) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(makeLabel("muted", QStringLiteral("before")));
    row->addWidget(before_);
    row->addWidget(makeLabel("muted", QStringLiteral("after")));
    row->addWidget(after_);
    row->addStretch(1);
    layout->addLayout(row);
    note_->setWordWrap(true);
    layout->addWidget(note_);
    layout->addWidget(table_, 1);
    connect(before_, &QComboBox::activated, this, &ComparePage::rebuild);
    connect(after_, &QComboBox::activated, this, &ComparePage::rebuild);
    connect(&context.session, &Session::recordingsChanged, this, &ComparePage::followSession);
    followSession();
}

void ComparePage::followSession() {
    const auto& recordings = context_.session.recordings();
    int before = std::max(before_->currentIndex(), 0), after = after_->currentIndex();
    for (QComboBox* box : {before_, after_}) {
        box->clear();
        for (const auto& recording : recordings) box->addItem(recording->path.section(QLatin1Char('/'), -1));
    }
    before_->setCurrentIndex(std::min(before, static_cast<int>(recordings.size()) - 1));
    after_->setCurrentIndex(after > 0 ? after : static_cast<int>(recordings.size()) - 1);
    rebuild();
}

void ComparePage::rebuild() {
    const auto& recordings = context_.session.recordings();
    bool any = recordings.size() > 1;
    before_->parentWidget()->setEnabled(true);
    table_->setVisible(any);
    if (!any)
        return note_->setText(
            QStringLiteral("Open two recordings to compare them: raddle view before.raddle after.raddle"));
    const Recording& before = *recordings[static_cast<size_t>(std::max(before_->currentIndex(), 0))];
    const Recording& after = *recordings[static_cast<size_t>(std::max(after_->currentIndex(), 0))];
    auto waited = [](const Recording& recording) {
        int64_t sum = 0;
        for (const trace::LockRow& lock : recording.tables.summary.locks) sum += lock.waitNs;
        return sum;
    };
    note_->setText(
        QStringLiteral("It ran %1 before and %2 after; all threads together waited %3 for locks before and %4 after.")
            .arg(durationText(before.timeline.durationNs), durationText(after.timeline.durationNs),
                 durationText(waited(before)), durationText(waited(after))));
    model_->show(compare(before, after));
}

bool ComparePage::focusFilter() {
    table_->focusFilter();
    return true;
}

const QAbstractItemModel* ComparePage::table() const {
    return model_;
}

}  // namespace raddle::gui
