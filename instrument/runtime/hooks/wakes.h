// What condition variables have in common: a signal that wakes nobody is all that can be counted of one; every other is
// an event, and so is every wait.
#pragma once

#include "instrument/runtime/base/waiters.h"
#include "instrument/runtime/events/governor.h"
#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

// Before the call, so that it precedes the wake-up that it causes. Of callers whose own frame is looked at.
RADDLE_INLINE void recordWake(uint8_t code, const volatile void* condition, const CallerFrames& from) {
    ThreadState* state = current();
    if (RADDLE_UNLIKELY(!state)) return;
    const Site where = site(condition, kRaddleCondition, from);
    if (RaddleLockCount* row = countedRow(state, wakesOf(where.object)); RADDLE_UNLIKELY(row != nullptr))
        if (!isAwaited(condition)) return countOne(&row->acquisitions);
    recordSite(state, code, now(), where);
}

}  // namespace raddle::rt
