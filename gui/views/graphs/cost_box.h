// A box to choose what a graph or tree adds up; what the recording has nothing of cannot be chosen. With another
// recording it goes back to the first that there is something of.
#pragma once

#include <QComboBox>

#include "gui/models/graphs/flame_tree.h"
#include "gui/views/widgets/context.h"

namespace raddle::gui {

class CostBox : public QComboBox {
    Q_OBJECT

  public:
    explicit CostBox(const Context& context, QWidget* parent = nullptr);

    FlameCost cost() const;

  private:
    void chooseFirst();

    const Context& context_;
};

}  // namespace raddle::gui
