// The first screen: why the program is slow, stuck or wrong, in words and ranked, each with a way to what shows
// it; beside that the facts of the run and the costliest locks and threads.
#pragma once

#include <QWidget>

#include "gui/views/context.h"

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace raddle::gui {

class BarList;
class RunningChart;

class OverviewPage : public QWidget {
    Q_OBJECT

  public:
    explicit OverviewPage(const Context& context, QWidget* parent = nullptr);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void rebuild();
    void showAnswers();
    void showFacts();
    void showBars();
    QWidget* answerCard(const Answer& answer, size_t rank);

    const Context& context_;
    QVBoxLayout* answers_;
    QGridLayout* facts_;
    RunningChart* running_;
    QLabel* runningText_;
    BarList* locks_;
    BarList* threads_;
};

}  // namespace raddle::gui
