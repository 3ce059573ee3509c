#include "instrument/launch/attach.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "instrument/launch/injector.h"
#include "instrument/launch/outcome.h"
#include "instrument/launch/program.h"
#include "instrument/launch/recording_file.h"

namespace raddle::launch {

namespace {

constexpr const char* kRuntimeName = "libraddle_rt.so";

Error processError(pid_t pid, const std::string& message) {
    return {message, "process " + std::to_string(pid), 0, 0};
}

// The recording belongs to who runs the process, who has to open it.
void giveTo(pid_t pid, const std::string& path) {
    struct stat owner;
    if (geteuid() == 0 && stat(("/proc/" + std::to_string(pid)).c_str(), &owner) == 0 && owner.st_uid != 0)
        [[maybe_unused]]
        const int changed = chown(path.c_str(), owner.st_uid, owner.st_gid);
}

Result<> load(pid_t pid, const std::string& runtime, const std::string& recording) {
    const RemoteModule libc = TRY(findModule(pid, "libc.so.6"));
    const uint64_t open = TRY(findFunction(libc, "dlopen"));
    Injector thread = TRY(Injector::stop(pid));
    const uint64_t handle = TRY(thread.call(open, &runtime, RTLD_NOW));
    if (handle == 0)
        return processError(pid,
                            "could not load " + runtime + " (it must see the same files, and have thread-local room)");
    const RemoteModule recorder = TRY(findModule(pid, kRuntimeName));
    const uint64_t attach = TRY(findFunction(recorder, "raddle_attach"));
    if (TRY(thread.call(attach, &recording, 0)) != 0)
        return processError(pid, "could not open the recording " + recording);
    return Unit{};
}

Result<> unload(pid_t pid) {
    const RemoteModule recorder = TRY(findModule(pid, kRuntimeName));
    const uint64_t detach = TRY(findFunction(recorder, "raddle_detach"));
    Injector thread = TRY(Injector::stop(pid));
    TRY(thread.call(detach, nullptr, 0));
    return Unit{};
}

// False when the process ended.
bool waitForEnd(int process, int signals, uint64_t durationMs) {
    pollfd ends[] = {{process, POLLIN, 0}, {signals, POLLIN, 0}};
    timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        const int64_t passed = (now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000;
        const int64_t left = static_cast<int64_t>(durationMs) - passed;
        if (durationMs != 0 && left <= 0) return true;
        poll(ends, 2, durationMs == 0 ? -1 : static_cast<int>(left < 60000 ? left : 60000));
        if (ends[0].revents) return false;
        if (ends[1].revents) return true;
    }
}

}  // namespace

Result<int> attachAndRecord(pid_t pid, uint64_t durationMs, const RecordOptions& options) {
    const std::string runtime = TRY(findRuntime());
    const int process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) return processError(pid, errno == ESRCH ? "no such process" : strerror(errno));
    if (findModule(pid, kRuntimeName).ok())
        return processError(pid, "has been recorded before; a process can be recorded from its start or once by --pid");

    sigset_t stops;
    sigset_t mask;
    sigemptyset(&stops);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&stops, signal);
    pthread_sigmask(SIG_BLOCK, &stops, &mask);
    const int signals = signalfd(-1, &stops, SFD_CLOEXEC);

    const std::string name = options.output.empty() ? "raddle." + std::to_string(pid) + ".raddle" : options.output;
    RecordingFile file = TRY(RecordingFile::create(name, static_cast<uint32_t>(pid), limitsOf(options), options.force));
    giveTo(pid, file.path());
    if (Result<> loaded = load(pid, runtime, file.path()); !loaded) {
        file.remove();
        return loaded.error();
    }
    if (!options.quiet) fprintf(stderr, "raddle: recording process %d; stop with Ctrl-C\n", static_cast<int>(pid));
    const bool isRunning = waitForEnd(process, signals, durationMs);
    const Result<> unloaded = isRunning ? unload(pid) : Result<>(Unit{});
    RecordingFile::Counts counts = file.end(isRunning ? kRaddleDetached : kRaddleExited, 0);
    counts.live = 0;  // that it goes on is what was asked for
    if (!options.quiet) summarise(counts, file.path());
    close(signals);
    close(process);
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    if (!unloaded) return unloaded.error();
    return 0;
}

}  // namespace raddle::launch
