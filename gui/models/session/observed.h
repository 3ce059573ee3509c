// What a recording proves or predicts, as findings: trace/answers/observed.h, by the names that the viewer uses.
#pragma once

#include "trace/answers/observed.h"

namespace raddle::gui {

using trace::deadlockFindings;
using trace::inversionFindings;
using trace::isOfLocks;

}  // namespace raddle::gui
