#include "gui/views/widgets/split.h"

namespace raddle::gui {

Split::Split(const char* name, Qt::Orientation orientation, QWidget* parent) : QSplitter(orientation, parent) {
    setObjectName(QString::fromUtf8(name));
    setHandleWidth(10);
    setChildrenCollapsible(false);
    connect(this, &QSplitter::splitterMoved, this, [this] { isUsers_ = true; });
}

void Split::suggest(const QList<int>& sizes) {
    suggested_ = sizes;
    if (!isUsers_) setSizes(sizes);
}

void Split::restore(const QByteArray& state) {
    if (restoreState(state)) isUsers_ = true;
    setChildrenCollapsible(false);
}

void Split::forget() {
    isUsers_ = false;
    if (!suggested_.isEmpty()) setSizes(suggested_);
}

}  // namespace raddle::gui
