// Sampler: where each thread is on the processor, some hundred times a second of its CPU time in user space. The
// kernel's task clock of a thread (perf_event_open, which counts and interrupts user space only, so that no system
// call of the program is ever interrupted) sends the thread SIGURG; its handler walks the stack and writes one
// Sample. SIGURG because its default is to be ignored: a program that was replaced by exec, or that reset its
// handlers, cannot die of it. Where perf_event_open is not allowed, a POSIX timer of the thread's CPU time does it,
// at the kernel's tick rate at most and in system calls too; a note says so.
// A sample of ten frames costs about 15 µs in the handler, mostly unwinding, and as much in the kernel on a virtual
// machine. Samples that fall into the recorder itself are left out.
#pragma once

#include "instrument/runtime/events/thread_state.h"

namespace raddle::rt {

// For the calling thread; nothing happens when the recording has no sampling. Stop before the thread's state goes.
void startSampling(ThreadState* state);
void stopSampling(ThreadState* state);

}  // namespace raddle::rt
