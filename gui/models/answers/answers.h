// Answers: why a recorded program is slow, stuck or wrong, in sentences ranked by what they cost. A pure function
// of what is open; each answer knows the page and the selection that show it.
#pragma once

#include <QString>
#include <vector>

#include "gui/models/session/page.h"
#include "gui/models/session/selection.h"
#include "gui/models/session/session.h"

namespace raddle::gui {

enum class Weight { stuck, costly, notable, good };  // how loud an answer is

struct Answer {
    Weight weight = Weight::notable;
    double cost = 0;  // share of what it is about that is lost, 0..1; orders answers of one weight
    QString head;     // one sentence; names between backquotes
    QString detail;   // the evidence or the way out, one or two sentences
    Page page = Page::overview;
    SelectionState selection;  // to go to `page` with
};

// Most pressing first.
std::vector<Answer> answersFor(const std::shared_ptr<const Recording>& recording, const std::vector<Finding>& findings);

}  // namespace raddle::gui
