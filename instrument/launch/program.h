// Finding the program to record and telling whether a library can be preloaded into it. Reads a few hundred
// bytes of the file; decides as execvp does.
#pragma once

#include <string>
#include <vector>

#include "core/support/result.h"

namespace raddle::launch {

// Exit statuses of a shell for a command that cannot be started.
inline constexpr int kNotFound = 127;
inline constexpr int kNotExecutable = 126;

struct Program {
    std::string path;    // as execve takes it
    int failure = 0;     // 0, kNotFound, kNotExecutable
    std::string reason;  // of the failure, one line
};

// Looks `command` up along PATH unless it has a slash.
Program findProgram(const std::string& command);

// Why nothing can be preloaded into the program (statically linked, another architecture); empty when it can
// be, or when that cannot be told (a script).
std::string whyNotPreloadable(const std::string& path);

// The library that must come before the recorder, empty when there is none. AddressSanitizer's shared runtime
// insists on being the first; ThreadSanitizer's has to see the calls that the program makes, not the recorder's.
std::string firstLibrary(const std::string& path);

// libraddle_rt.so, looked for beside this executable.
Result<std::string> findRuntime();

}  // namespace raddle::launch
