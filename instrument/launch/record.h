// Runs a command with the recorder preloaded and waits for it. The command has the terminal, the signals and
// the exit status it would have without; the launcher only adds its messages on standard error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/support/result.h"

namespace raddle::launch {

struct RecordOptions {
    std::vector<std::string> command;  // program and arguments
    std::string output;                // empty: raddle.<program>.<pid>.raddle in the current folder
    uint64_t sizeLimit = 0;            // bytes; 0: none
    uint32_t keepMs = 0;               // only this last part is wanted; 0: everything
    uint32_t sampleHz = 0;             // samples a second of CPU time of each thread; 0: none
    double budgetPercent = 5;          // of each thread's CPU time, that recording it may take; 0: no limit
    bool force = false;                // replace an output file that is not a recording
    bool quiet = false;                // no summary line
};

// Returns the exit status to end with: that of the command, 128+n when signal n ended it, 127 or 126 when it
// could not be started. An Error is the user's to correct (output file, missing runtime, static program);
// the command was not run then.
Result<int> record(const RecordOptions& options);

}  // namespace raddle::launch
