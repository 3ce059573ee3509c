// Search: what in a session is called like this: threads, locks, functions and findings, best first. Linear in names.
#pragma once

#include <QString>
#include <vector>

#include "gui/models/session/page.h"
#include "gui/models/session/session.h"

namespace raddle::gui {

struct SearchHit {
    QString text;
    QString kind;                // "lock", "thread", "function", "finding"
    Page page = Page::overview;  // that shows it best
    SelectionState selection;    // what to add to the selection; only what it is about is set
    int score = 0;
};

// How well `text` matches `wanted`, whose words must all be in it: 0 not at all, more for a whole name or its begin.
int matchScore(const QString& text, const QString& wanted);

std::vector<SearchHit> searchIn(const Session& session, const QString& wanted, size_t most);

}  // namespace raddle::gui
