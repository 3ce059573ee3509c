// PageView: what the window asks of every page.
#pragma once

#include <QWidget>

class QAbstractItemModel;

namespace raddle::gui {

class PageView : public QWidget {
  public:
    using QWidget::QWidget;

    virtual void restyle() {}  // after the colours changed
    // Puts the cursor where the page is searched or filtered; false when it has no such place.
    virtual bool focusFilter() { return false; }
    // What the page's numbers are, for export; null when it has no table.
    virtual const QAbstractItemModel* table() const { return nullptr; }
};

}  // namespace raddle::gui
