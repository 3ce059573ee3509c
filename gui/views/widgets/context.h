// What every page is given: the session, the selection, the colours in force and the way to another page. The
// window owns them all and outlives the pages.
#pragma once

#include <functional>

#include "gui/models/answers/answers.h"
#include "gui/models/base/theme.h"
#include "gui/models/session/selection.h"
#include "gui/models/session/session.h"

namespace raddle::gui {

struct Context {
    Session& session;
    Selection& selection;
    const Theme* theme;  // changes with a PaletteChange event
    std::function<void(Page)> show;
    std::function<void(const QString&)> status;  // one line at the foot of the window; empty clears it
};

}  // namespace raddle::gui
