// Widgets from left to right, each as wide as it wants to be, in as many lines as that takes.
#pragma once

#include <QLayout>
#include <QList>

namespace raddle::gui {

class FlowLayout : public QLayout {
  public:
    FlowLayout(QWidget* parent, int gap) : QLayout(parent), gap_(gap) {}
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { items_ << item; }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange({0, 0, width, 0}, false); }
    void setGeometry(const QRect& rect) override;

  private:
    int arrange(const QRect& rect, bool moves) const;  // the height it takes

    QList<QLayoutItem*> items_;
    int gap_;
};

}  // namespace raddle::gui
