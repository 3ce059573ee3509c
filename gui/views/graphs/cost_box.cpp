#include "gui/views/graphs/cost_box.h"

#include <QStandardItemModel>

namespace raddle::gui {
namespace {

struct CostName {
    FlameCost cost;
    const char* title;
};
constexpr CostName kCosts[] = {
    {FlameCost::samples, "On the CPU (samples)"},    {FlameCost::calls, "In calls (wall time)"},
    {FlameCost::lockWaits, "Waiting for locks"},     {FlameCost::eventWaits, "Waiting for events"},
    {FlameCost::otherWaits, "Joining and sleeping"}, {FlameCost::waits, "All waiting"}};

}  // namespace

CostBox::CostBox(const Context& context, QWidget* parent) : QComboBox(parent), context_(context) {
    for (const CostName& cost : kCosts) addItem(QString::fromUtf8(cost.title));
    connect(&context.session, &Session::recordingChanged, this, &CostBox::chooseFirst);
    chooseFirst();
}

FlameCost CostBox::cost() const {
    return kCosts[std::max(currentIndex(), 0)].cost;
}

void CostBox::chooseFirst() {
    auto* items = qobject_cast<QStandardItemModel*>(model());
    int first = -1;
    for (int i = 0; i < count(); ++i) {
        bool any = hasCost(context_.session.timeline(), kCosts[i].cost);
        items->item(i)->setEnabled(any);
        if (any && first < 0) first = i;
    }
    setCurrentIndex(std::max(first, 0));
}

}  // namespace raddle::gui
