#include "instrument/launch/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "instrument/launch/outcome.h"
#include "instrument/launch/program.h"
#include "instrument/launch/recording_file.h"

extern char** environ;

namespace raddle::launch {

namespace {

constexpr int kForwarded[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH};

// Read by the signal handler.
volatile sig_atomic_t g_child = 0;

// What a terminal sends, it sends to the whole foreground group: the command has it already.
void forward(int signal, siginfo_t* info, void*) {
    const int savedErrno = errno;
    if (info->si_code != SI_KERNEL && g_child > 0) kill(g_child, signal);
    errno = savedErrno;
}

class SignalForwarding {
  public:
    explicit SignalForwarding(pid_t child) {
        g_child = child;
        struct sigaction action = {};
        action.sa_sigaction = forward;
        action.sa_flags = SA_SIGINFO | SA_RESTART;
        sigfillset(&action.sa_mask);
        for (const int& signal : kForwarded) {
            struct sigaction& old = old_[&signal - kForwarded];
            sigaction(signal, nullptr, &old);
            // nohup and background jobs of a shell: what was ignored stays so.
            if (old.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
        }
    }
    ~SignalForwarding() {
        for (const int& signal : kForwarded) sigaction(signal, &old_[&signal - kForwarded], nullptr);
        g_child = 0;
    }
    SignalForwarding(const SignalForwarding&) = delete;
    SignalForwarding& operator=(const SignalForwarding&) = delete;

  private:
    struct sigaction old_[sizeof kForwarded / sizeof *kForwarded];
};

std::string outputName(const RecordOptions& options, pid_t child) {
    if (!options.output.empty()) return options.output;
    const std::string& program = options.command[0];
    return "raddle." + program.substr(program.rfind('/') + 1) + "." + std::to_string(child) + ".raddle";
}

// In the child: waits until the recording exists (its path comes through the pipe), then becomes the command.
// Reports errno through `status` when it cannot.
[[noreturn]] void becomeCommand(const RecordOptions& options, const Program& program, const std::string& runtime,
                                int go, int status, const sigset_t& mask) {
    std::string path;
    char part[512];
    for (ssize_t got; (got = read(go, part, sizeof part)) > 0;) path.append(part, static_cast<size_t>(got));
    if (path.empty()) _exit(kNotExecutable);
    const char* users = getenv("LD_PRELOAD");
    const std::string first = firstLibrary(program.path);
    std::string preload = first.empty() ? runtime : first + ":" + runtime;
    if (users && *users) preload += std::string(":") + users;
    setenv("LD_PRELOAD", preload.c_str(), 1);
    setenv("RADDLE_RECORDING", path.c_str(), 1);
    std::vector<char*> arguments;
    for (const std::string& argument : options.command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    execve(program.path.c_str(), arguments.data(), environ);
    const int error = errno;
    if (error == ENOEXEC) {
        // As execvp does: a script without an interpreter line.
        arguments[0] = const_cast<char*>(program.path.c_str());
        arguments.insert(arguments.begin(), const_cast<char*>("/bin/sh"));
        execve("/bin/sh", arguments.data(), environ);
    }
    [[maybe_unused]] const ssize_t written = write(status, &error, sizeof error);
    _exit(kNotExecutable);
}

int waitFor(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

struct Pipe {
    int ends[2] = {-1, -1};
    bool open() { return pipe2(ends, O_CLOEXEC) == 0; }
    void close(int end) {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }
    ~Pipe() {
        close(0);
        close(1);
    }
};

Result<int> finish(RecordingFile& file, const RecordOptions& options, int status) {
    const RecordingFile::Counts counts = WIFSIGNALED(status)
                                             ? file.end(kRaddleSignalled, static_cast<uint32_t>(WTERMSIG(status)))
                                             : file.end(kRaddleExited, static_cast<uint32_t>(WEXITSTATUS(status)));
    if (counts.images == 0) {
        file.remove();
        fprintf(stderr,
                "raddle: %s did not load the recorder (set-user-id, its own loader, or a static program behind a "
                "script?): nothing was recorded\n",
                options.command[0].c_str());
    } else if (!options.quiet) {
        summarise(counts, file.path());
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<int> record(const RecordOptions& options) {
    const Program program = findProgram(options.command.at(0));
    if (program.failure) {
        fprintf(stderr, "raddle: %s\n", program.reason.c_str());
        return program.failure;
    }
    if (const std::string reason = whyNotPreloadable(program.path); !reason.empty())
        return Error{reason, program.path, 0, 0};
    const std::string runtime = TRY(findRuntime());
    Pipe go;
    Pipe failure;
    if (!go.open() || !failure.open()) return Error{strerror(errno), "pipe", 0, 0};

    sigset_t all;
    sigset_t mask;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    const pid_t child = fork();
    if (child == 0) {
        go.close(1);
        failure.close(0);
        becomeCommand(options, program, runtime, go.ends[0], failure.ends[1], mask);
    }
    const int forkError = errno;
    SignalForwarding forwarding(child);
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    if (child < 0) return Error{strerror(forkError), "fork", 0, 0};
    go.close(0);
    failure.close(1);

    auto file = RecordingFile::create(outputName(options, child), static_cast<uint32_t>(child), limitsOf(options),
                                      options.force);
    if (!file.ok()) {
        go.close(1);
        waitFor(child);
        return file.error();
    }
    const std::string& path = file->path();
    const bool told = write(go.ends[1], path.data(), path.size()) == static_cast<ssize_t>(path.size());
    go.close(1);
    int error = told ? 0 : EPIPE;
    const bool failed = read(failure.ends[0], &error, sizeof error) == static_cast<ssize_t>(sizeof error) || !told;
    const int status = waitFor(child);
    if (failed) {
        file->remove();
        fprintf(stderr, "raddle: %s: %s\n", options.command[0].c_str(), strerror(error));
        return error == ENOENT ? kNotFound : kNotExecutable;
    }
    return finish(*file, options, status);
}

}  // namespace raddle::launch
