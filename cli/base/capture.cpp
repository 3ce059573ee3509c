#include "cli/base/capture.h"

#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <vector>

#include "core/support/file_system.h"

namespace raddle::cli {
namespace {

namespace fs = std::filesystem;

// Exit status as a shell gives it.
Result<int> runToEnd(std::vector<std::string> arguments, const std::atomic<bool>& interrupted) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // standard output is the report's
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT)
        return Error{
            "--build needs bear to watch the build (Debian: apt install bear); or give a folder with "
            "compile_commands.json by -p"};
    if (error != 0) return Error{std::string("cannot run bear: ") + std::strerror(error)};
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return Error{std::string("cannot wait for bear: ") + std::strerror(errno)};
        // A terminal's Ctrl-C has reached the build as well, any other signal has not.
        if (interrupted) ::kill(child, SIGTERM);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

void Capture::remove() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
    folder_.clear();
}

Result<std::string> Capture::run(const std::string& build, const std::atomic<bool>& interrupted) {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "raddle-build-XXXXXX").string();
    if (error || !::mkdtemp(pattern.data())) return Error{"cannot make a temporary folder; set TMPDIR"};
    folder_ = pattern;
    const std::string database = folder_ + "/compile_commands.json";
    const int status = TRY(runToEnd({"bear", "--output", database, "--", "sh", "-c", build}, interrupted));
    if (interrupted) return Error{"interrupted"};
    if (status != 0) return Error{"the build `" + build + "` failed with status " + std::to_string(status)};
    const Result<std::string> text = readFile(database);
    if (!text.ok() || text->find('{') == std::string::npos)
        return Error{"the build `" + build + "` compiled nothing; clean it first, so that everything is compiled"};
    return folder_;
}

}  // namespace raddle::cli
