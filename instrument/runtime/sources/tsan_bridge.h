// ThreadSanitizer bridge: in a program built with -fsanitize=thread each report that is not suppressed becomes
// events of the reporting thread, at its moment. ThreadSanitizer calls __tsan_on_report after it has printed a
// report; its own definition is empty, and both Clang's static runtime and GCC's shared one bind the call to it, so
// that a preloaded definition is never called. So a jump is written over the empty function. A program's own
// __tsan_on_report stays as it is: then there is a note instead.
// The report is read through __tsan_get_report_* (compiler-rt: lib/tsan/rtl/tsan_debugging.cpp).
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// Once, when recording begins; nothing happens in a program without ThreadSanitizer.
void bridgeTsan(ThreadState* state);

// Overwrites a function that does nothing with a jump to `target`. False, and nothing is changed, when it does
// something, when there is no room behind it, or when the kernel keeps code from being written.
bool replaceEmptyFunction(void* function, void* target);

}  // namespace raddle::rt
