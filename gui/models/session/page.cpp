#include "gui/models/session/page.h"

namespace raddle::gui {

const char* pageName(Page page) {
    static constexpr const char* kNames[kPages] = {"overview", "timeline",  "locks",  "functions", "flamegraph",
                                                   "findings", "lockorder", "source", "compare"};
    return kNames[static_cast<size_t>(page)];
}

bool parsePage(const QString& name, Page& out) {
    for (size_t i = 0; i < kPages; ++i)
        if (name == QLatin1String(pageName(static_cast<Page>(i)))) {
            out = static_cast<Page>(i);
            return true;
        }
    return false;
}

}  // namespace raddle::gui
