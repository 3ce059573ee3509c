// The pages of the window, by which answers, shortcuts and the command line name them.
#pragma once

#include <QString>

namespace raddle::gui {

enum class Page { overview, timeline, locks, functions, flamegraph, findings, lockorder, source, compare };
inline constexpr size_t kPages = 9;

const char* pageName(Page page);  // as on the command line
bool parsePage(const QString& name, Page& out);

}  // namespace raddle::gui
