// raddle: all but what parses source.
#include "cli/base/dispatch.h"

int main(int argc, char** argv) {
    using namespace raddle::cli;
    constexpr Command kCommands[] = {
        {"scan", "find concurrency bugs in source code", nullptr},
        {"record", "run a command and record what its threads and locks do", addRecord},
        {"report", "print what a recording holds: threads, locks, who made whom wait, functions", addReport},
        {"export", "write a recording in the format of another tool, or as a page", addExport},
        {"view", "show recordings and scan reports in a window, or a page of it as a picture", addView},
        {"explain", "say what a rule finds, with examples and how to fix it", addExplain},
        {"unit", "read one file for a later scan, as a step of a build", nullptr},
        {"ir", "print the analyser's view of a file", nullptr},
        {"doctor", "say what works on this machine and what is missing", nullptr},
    };
    return dispatch(kCommands, argc, argv);
}
