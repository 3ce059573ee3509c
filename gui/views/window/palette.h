// Palette: one field that finds everything: pages, actions, threads, locks, functions, findings. Ctrl+K opens it with
// all, Ctrl+F on pages without a filter of their own. Enter goes there, Escape leaves.
#pragma once

#include <QWidget>
#include <functional>

#include "gui/models/answers/search.h"
#include "gui/views/widgets/context.h"

class QLineEdit;
class QListWidget;

namespace raddle::gui {

struct PaletteAction {
    QString text;
    QString keys;
    std::function<void()> run;
};

class Palette : public QWidget {
    Q_OBJECT

  public:
    Palette(const Context& context, std::vector<PaletteAction> actions, QWidget* parent);

    void open(const QString& text = {});

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    void refill();
    void accept();
    void go(const SearchHit& hit);

    const Context& context_;
    std::vector<PaletteAction> actions_;
    std::vector<std::function<void()>> runs_;  // by row
    QLineEdit* text_;
    QListWidget* list_;
};

}  // namespace raddle::gui
