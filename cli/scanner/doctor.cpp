#include <linux/perf_event.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"
#include "cli/base/commands.h"
#include "core/support/file_system.h"
#include "instrument/launch/program.h"

namespace raddle::cli {
namespace {

namespace fs = std::filesystem;

struct State {
    bool ok = false;
    std::string what;    // how it is
    std::string remedy;  // when not ok
};

struct Check {
    const char* name;
    bool needed;  // raddle scan or record cannot do its work without
    State (*look)();
};

// Lowering a file that includes much shows more than the presence of folders.
State analyses(const char* extension, const char* source, const char* package) {
    std::string folder = (fs::temp_directory_path() / "raddle-doctor-XXXXXX").string();
    if (!::mkdtemp(folder.data()))
        return {false, "cannot write to " + fs::temp_directory_path().string(), "set TMPDIR"};
    std::string file = folder + "/probe" + extension;
    State state{true, "system headers found and parsed", ""};
    Result<> written = writeFile(file, source);
    if (!written.ok()) {
        state = {false, toString(written.error()), "set TMPDIR to a folder with space"};
    } else if (auto unit = scan::readUnit(scan::defaultCommand(folder, file, {}), {}); !unit.ok()) {
        state = {false, unit.error().message, std::string("install the headers: ") + package};
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return state;
}

State analysesC() {
    return analyses(".c",
                    "#include <pthread.h>\n#include <stdatomic.h>\n#include <stddef.h>\nint main(void) { return 0; }\n",
                    "libc6-dev and libclang-common-19-dev");
}

State analysesCxx() {
    return analyses(".cpp", "#include <cstddef>\n#include <mutex>\n#include <thread>\nint main() {}\n",
                    "libstdc++-dev and libclang-common-19-dev");
}

State recorder() {
    Result<std::string> runtime = launch::findRuntime();
    if (!runtime.ok()) return {false, toString(runtime.error()), "`raddle record` needs it; install raddle again"};
    return {true, *runtime, ""};
}

State sampling() {
    perf_event_attr attributes = {};
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof attributes;
    attributes.config = PERF_COUNT_SW_TASK_CLOCK;
    attributes.sample_period = 1000000;
    attributes.exclude_kernel = attributes.exclude_hv = 1;
    const long fd = ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return {false, std::string("perf_event_open: ") + std::strerror(errno),
                "`record --sample` takes timers instead, which are coarser; kernel.perf_event_paranoid=2 allows it"};
    ::close(static_cast<int>(fd));
    return {true, "threads can be sampled by their task clocks", ""};
}

State attaching() {
    Result<std::string> scope = readFile("/proc/sys/kernel/yama/ptrace_scope");
    if (!scope.ok() || scope->starts_with("0") || (::geteuid() == 0 && !scope->starts_with("3")))
        return {true, "`record --pid` may trace your processes", ""};
    return {false, "kernel.yama.ptrace_scope is " + scope->substr(0, scope->find('\n')),
            "`record --pid` needs 0, or root"};
}

State viewer() {
    std::error_code error;
    fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path() / "raddle-viewer";
    if (fs::exists(program, error)) return {true, program.string(), ""};
    return {false, program.string() + " is missing", "`raddle view` needs it; build raddle with Qt 6"};
}

State display() {
    for (const char* variable : {"WAYLAND_DISPLAY", "DISPLAY"})
        if (const char* value = std::getenv(variable); value && *value)
            return {true, std::string(variable) + " is " + value, ""};
    return {false, "neither WAYLAND_DISPLAY nor DISPLAY is set", "`raddle view --screenshot` works without"};
}

State space() {
    struct statvfs status{};
    if (::statvfs(".", &status) != 0) return {false, "cannot tell", "check the current folder"};
    unsigned long long free = static_cast<unsigned long long>(status.f_bavail) * status.f_frsize >> 20;
    std::string what = std::to_string(free) + " MiB free in the current folder";
    if (::access(".", W_OK) != 0)
        return {false, "the current folder is not writable", "give `record` an output with -o"};
    return {free >= 1024, what, "recordings of busy programs take several hundred MiB; see `record --max-size`"};
}

constexpr Check kChecks[] = {
    {"analysis of C", true, analysesC}, {"analysis of C++", true, analysesCxx},
    {"recorder", true, recorder},       {"sampling", false, sampling},
    {"attaching", false, attaching},    {"viewer", false, viewer},
    {"display", false, display},        {"disk", false, space},
};

int run() {
    bool complete = true;
    for (const Check& check : kChecks) {
        State state = check.look();
        const char* verdict = state.ok ? "ok" : check.needed ? "missing" : "limited";
        std::cout << check.name << ": " << verdict << ": " << state.what << (state.ok ? "" : "; " + state.remedy)
                  << "\n";
        complete = complete && (state.ok || !check.needed);
    }
    return complete ? kSuccess : kFindings;
}

}  // namespace

Run addDoctor(CLI::App& app) {
    app.footer(
        "Exit status: 0 when programs can be scanned and recorded, 1 when something for that is missing.\n"
        "Example: raddle doctor");
    return run;
}

}  // namespace raddle::cli
