#include "gui/views/window/chips_bar.h"

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QPushButton>

namespace raddle::gui {
namespace {

const char* kindOf(Chip::Kind kind) {
    switch (kind) {
        case Chip::Kind::range:
            return "time";
        case Chip::Kind::thread:
            return "thread";
        case Chip::Kind::lock:
            return "lock";
        case Chip::Kind::function:
            return "function";
        case Chip::Kind::wait:
        case Chip::Kind::finding:
            return "";
    }
    return "";
}

}  // namespace

ChipsBar::ChipsBar(const Context& context, QWidget* parent)
    : QWidget(parent), context_(context), layout_(new QHBoxLayout(this)) {
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(6);
    connect(&context.selection, &Selection::changed, this, &ChipsBar::rebuild);
    connect(&context.session, &Session::recordingChanged, this, &ChipsBar::rebuild);
}

void ChipsBar::rebuild() {
    // Later, because a chip that was pressed is among those removed.
    while (QLayoutItem* item = layout_->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const Chip& chip : chipsOf(context_.selection.state(), context_.session.timeline())) {
        auto* button = new QPushButton;
        button->setObjectName(QStringLiteral("chip"));
        QString kind = QString::fromUtf8(kindOf(chip.kind));
        QString text = QFontMetrics(button->font()).elidedText(chip.text, Qt::ElideMiddle, 190);
        button->setText((kind.isEmpty() ? QString() : kind + QStringLiteral(": ")) + text + QStringLiteral("  ✕"));
        button->setToolTip(QStringLiteral("Remove from the selection: ") + chip.text);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this,
                [this, without = chip.without] { context_.selection.set(without); });
        layout_->addWidget(button);
    }
}

}  // namespace raddle::gui
