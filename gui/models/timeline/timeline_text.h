// The timeline in words: what is under the mouse, and the story of a wait.
#pragma once

#include <QStringList>

#include "gui/models/session/session.h"
#include "gui/models/timeline/timeline_layout.h"

namespace raddle::gui {

// A thread's name, and in a recording of several processes whose: "main (bank)".
QString threadLabel(const trace::Timeline& timeline, trace::ThreadId thread);

// One fact a line, the most telling first; empty for empty space.
QStringList describeHit(const Recording& recording, const Hit& hit, int64_t ns);
QStringList describeRow(const Recording& recording, const Hit& hit);

// "`worker-2` waited 1.20 ms for `mu` at 3.10 ms": one sentence, names in backquotes. And who was in the way.
QString waitSentence(const trace::Timeline& timeline, const EventRef& wait);
QString blockerSentence(const trace::Timeline& timeline, const EventRef& wait);

// What happened to the lock during a wait for it, one sentence each: who else got it meanwhile, and how long it
// was free although somebody waited.
QStringList queueSentences(const Recording& recording, const EventRef& wait);

}  // namespace raddle::gui
