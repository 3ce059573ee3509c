// The module map: which files are mapped where. Recorded when the image begins and again after the program
// loaded or unloaded a library. Off the hot path; a scan holds one of the dynamic loader's short locks.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// Records what was loaded or unloaded since the last scan.
void scanModules(ThreadState* state);

// The program is about to load or has unloaded something: waits, and the ends of threads, scan until a change is
// found.
void expectModuleChange();

// Around the unloading of a library: what is read of code meanwhile might be going.
void beginUnloading();
void endUnloading(ThreadState* state);

// The calling thread loads something, and its return from that will not be seen: its next events scan.
void scanAfterEvents(ThreadState* state);

void scanIfExpected(ThreadState* state);

// A forked child knows the modules of its parent.
void inheritModules();

// The path of the program, by the name that it was started by. Returns its length.
size_t programPath(char* path, size_t capacity);

// Whether an address is in libstdc++, whose wrappers of threads are seen through.
bool isCxxLibrary(uintptr_t pc);

// Whether an address is in the code of a module that was recorded.
bool isCode(uintptr_t pc);

// The unwind table (.eh_frame_hdr) of the code at an address; null when there is none, and while a library is being
// unloaded.
const uint8_t* unwindTableOf(uintptr_t pc);

}  // namespace raddle::rt
