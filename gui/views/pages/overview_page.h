// The first screen: why the program is slow, stuck or wrong, in words and ranked, each with a way to what shows
// it; beside that the facts of the run and the costliest locks and threads.
#pragma once

#include "gui/views/widgets/context.h"
#include "gui/views/widgets/page_view.h"

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace raddle::gui {

class BarList;
class GlanceView;

class OverviewPage : public PageView {
    Q_OBJECT

  public:
    explicit OverviewPage(const Context& context, QWidget* parent = nullptr);
    void restyle() override;

  private:
    void rebuild();
    void showAnswers();
    void showFacts();
    void showGlance();
    void showBars();
    QWidget* answerCard(const Answer& answer, size_t rank);

    const Context& context_;
    QVBoxLayout* answers_;
    QGridLayout* facts_;
    GlanceView* glance_;
    QLabel* glanceText_;
    BarList* locks_;
    QLabel* functionsTitle_;
    BarList* functions_;
    BarList* threads_;
    BarList* concurrency_;
};

}  // namespace raddle::gui
