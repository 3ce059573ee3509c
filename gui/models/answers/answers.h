// The Overview's answers: those of the recording (trace/answers) and of the findings, in one ranking, each with the
// page and the selection that show it.
#pragma once

#include <QString>
#include <vector>

#include "gui/models/session/page.h"
#include "gui/models/session/selection.h"
#include "gui/models/session/session.h"

namespace raddle::gui {

struct Answer {
    trace::Weight weight = trace::Weight::notable;
    double cost = 0;  // share of what it is about that is lost, 0..1; orders answers of one weight
    QString head;     // one sentence; names between backquotes
    QString detail;   // the evidence or the way out, one or two sentences
    Page page = Page::overview;
    SelectionState selection;  // to go to `page` with
};

// Most pressing first. Of the recording nothing before its insight is there.
std::vector<Answer> answersFor(const Session& session);

}  // namespace raddle::gui
