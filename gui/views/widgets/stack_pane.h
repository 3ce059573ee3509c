// One story: a title, a line about it, a stack of frames and the source of the frame chosen in it. What a wait, a
// blame and a finding's thread have in common.
#pragma once

#include <QFrame>

#include "core/model/finding.h"
#include "gui/views/widgets/context.h"

class QLabel;
class QListWidget;

namespace raddle::gui {

class SourceView;

class StackPane : public QFrame {
    Q_OBJECT

  public:
    explicit StackPane(const Context& context, QWidget* parent = nullptr);

    // `frames` outermost first; the last one is chosen. `facts` are lines under the title, in richText() form.
    void show(const QString& title, const QColor& colour, const QStringList& facts,
              const std::vector<FindingLocation>& frames);

  private:
    void choose(int row);

    const Context& context_;
    QLabel* title_;
    QLabel* facts_;
    QListWidget* list_;
    SourceView* source_;
    std::vector<FindingLocation> frames_;  // innermost first, as listed
};

}  // namespace raddle::gui
