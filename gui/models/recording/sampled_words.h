// What samples are of, in words, for the pages that show times from them. O(samples).
#pragma once

#include <QString>

#include "gui/models/recording/recording.h"

namespace raddle::gui {

// "2.17 s on the processor in user space, estimated from 2 164 samples. Another 520 ms …". Empty without samples.
QString sampledWords(const Recording& recording, const Scope& scope);

}  // namespace raddle::gui
