#include "gui/views/widgets/stack_pane.h"

#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include "gui/models/base/format.h"
#include "gui/views/widgets/row_delegate.h"
#include "gui/views/widgets/source_view.h"
#include "gui/views/widgets/style.h"
#include "trace/timeline/sites.h"

namespace raddle::gui {
namespace {

constexpr int kPlaceRole = Qt::UserRole;
bool isWrapper(const FindingLocation& frame) {
    return trace::isWrapper(trace::Function{frame.function, {}, frame.at});
}

constexpr int kWrapperRole = Qt::UserRole + 1;
constexpr int kMostRows = 6;  // shown without scrolling

// Function on the left, place on the right; the place gives way last.
class FrameDelegate : public RowDelegate {
  public:
    using RowDelegate::RowDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QString text = paintBehind(painter, option, index);
        QRect inner = option.rect.adjusted(8, 0, -8, 0);
        QString place = index.data(kPlaceRole).toString();
        QFontMetrics metrics(option.font);
        int placeWidth = std::min(metrics.horizontalAdvance(place) + 2, inner.width() * 3 / 5);
        painter->setFont(option.font);
        painter->setPen(context_.theme->muted);
        painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter,
                          metrics.elidedText(place, Qt::ElideLeft, placeWidth));
        painter->setPen(index.data(kWrapperRole).toBool() ? context_.theme->muted : context_.theme->text);
        inner.setRight(inner.right() - placeWidth - 10);
        painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(text, Qt::ElideMiddle, inner.width()));
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {100, QFontMetrics(option.font).height() + 6};
    }
};

}  // namespace

StackPane::StackPane(const Context& context, QWidget* parent)
    : QFrame(parent),
      context_(context),
      title_(new QLabel),
      facts_(makeLabel("muted")),
      list_(new QListWidget),
      source_(new SourceView(context)) {
    setObjectName(QStringLiteral("card"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 10);
    layout->setSpacing(5);
    title_->setTextFormat(Qt::RichText);
    facts_->setTextFormat(Qt::RichText);
    facts_->setWordWrap(true);
    list_->setItemDelegate(new FrameDelegate(context, list_));
    list_->setUniformItemSizes(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(title_);
    layout->addWidget(facts_);
    layout->addWidget(list_);
    layout->addWidget(source_, 1);
    connect(list_, &QListWidget::currentRowChanged, this, &StackPane::choose);
}

void StackPane::show(const QString& title, const QColor& colour, const QStringList& facts,
                     const std::vector<FindingLocation>& frames) {
    title_->setText(QStringLiteral("<span style=\"color:%1\">●</span>&nbsp; %2")
                        .arg(colour.name(), richText(title, *context_.theme)));
    facts_->setText(facts.join(QStringLiteral("<br>")));
    facts_->setVisible(!facts.isEmpty());
    frames_.assign(frames.rbegin(), frames.rend());
    list_->clear();
    for (const FindingLocation& frame : frames_) {
        auto* item = new QListWidgetItem(
            QString::fromStdString(frame.function.empty() ? frame.role : frame.function).remove(QLatin1Char('`')));
        item->setData(kPlaceRole, placeText(frame.at));
        QString role = QString::fromStdString(frame.role).remove(QLatin1Char('`'));
        item->setData(kWrapperRole, isWrapper(frame));
        if (!frame.function.empty() && !role.isEmpty()) item->setText(item->text() + QStringLiteral("  ·  ") + role);
        item->setToolTip(placePath(frame.at));
        list_->addItem(item);
    }
    int rows = std::clamp(list_->count(), 1, kMostRows);
    list_->setFixedHeight(rows * (QFontMetrics(list_->font()).height() + 6) + 4);
    if (frames_.empty()) source_->show({});
    // The innermost frame of the program itself says most.
    int chosen = 0;
    for (int i = list_->count(); i-- > 0;)
        if (!isWrapper(frames_[static_cast<size_t>(i)])) chosen = i;
    list_->setCurrentRow(chosen);
}

void StackPane::choose(int row) {
    if (row >= 0 && static_cast<size_t>(row) < frames_.size()) source_->show(frames_[static_cast<size_t>(row)].at);
}

}  // namespace raddle::gui
