// A short list of named bars, each of coloured parts, for cards: the costliest locks, what threads do. Rows can be
// chosen by mouse or keyboard.
#pragma once

#include <QWidget>
#include <vector>

#include "gui/views/widgets/context.h"

namespace raddle::gui {

struct BarRow {
    QString name;
    QString value;
    std::vector<std::pair<State, double>> parts;  // shares of the bar's length, 1 in all at most
    uint32_t id = 0;
    QString tip;
    double pale = 0;  // of the first part: its share that is drawn paler
};

class BarList : public QWidget {
    Q_OBJECT

  public:
    explicit BarList(const Context& context, QWidget* parent = nullptr);

    void show(std::vector<BarRow> rows);
    void onlyShow();  // rows that lead nowhere

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  Q_SIGNALS:
    void chose(uint32_t id);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    int rowHeight() const;
    int rowAt(double y) const;
    void setCurrent(int row);

    const Context& context_;
    std::vector<BarRow> rows_;
    int current_ = -1;
};

}  // namespace raddle::gui
