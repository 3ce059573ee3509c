// What a command does when it is to end before it is done: Ctrl-C, a job that is cancelled, a terminal that is closed
// (SIGINT, SIGTERM, SIGHUP). A command looks at the flag where it can stop tidily; while it can neither look nor has
// anything to tidy up, it is ended at once. A second signal always does that. A process that was started to ignore a
// signal, as by nohup, keeps doing so.
#pragma once

#include <atomic>

namespace raddle::cli {

// `command` is named in what is printed when the process is ended at once; it has to outlive that.
void catchInterruptions(const char* command);

const std::atomic<bool>& interrupted();
int interruptedStatus();  // as a shell gives it: 128 and the signal's number

void endAtOnceWhenInterrupted(bool atOnce);

}  // namespace raddle::cli
