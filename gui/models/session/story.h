// Stacks as stories: the frames a person wants to read, without the runtime's at either end (lock wrappers where
// the wait happens, thread start-up where the thread begins); and the short names of what they lead to.
#pragma once

#include <QString>
#include <vector>

#include "core/model/finding.h"
#include "trace/timeline/sites.h"
#include "trace/timeline/timeline.h"

namespace raddle::gui {

// Whether a function belongs to the C or C++ runtime: a lock wrapper, a thread's or the program's start-up.
bool isRuntime(const trace::Timeline& timeline, trace::FunctionId function);

// Outermost first. A stack that is nothing but runtime is given whole.
std::vector<FindingLocation> storyOf(const trace::Timeline& timeline, trace::StackId stack);

// "flush (io.cc:88)", as much of it as is known: where in the program a stack leads to, library wrappers left out.
QString stackHead(const trace::Timeline& timeline, trace::StackId stack);
QString siteText(const trace::Timeline& timeline, const trace::Site& site);

// A function's short name; of one without a symbol its address and the library it is in: "liblzma.so.5 0x9aa0".
QString functionText(const trace::Function& function);

const char* kindName(trace::LockKind kind);

}  // namespace raddle::gui
