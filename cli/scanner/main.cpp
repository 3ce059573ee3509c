// raddle-scan: what needs the compiler's libraries; `raddle` starts it.
#include "cli/base/dispatch.h"

int main(int argc, char** argv) {
    using namespace raddle::cli;
    constexpr Command kCommands[] = {
        {"scan", "find concurrency bugs in source code", addScan},
        {"unit", "read one file for a later scan, as a step of a build", addUnit},
        {"ir", "print the analyser's view of a file", addIr},
        {"doctor", "say what works on this machine and what is missing", addDoctor},
    };
    return dispatch(kCommands, argc, argv);
}
