#include "instrument/launch/injector.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/support/file_system.h"

namespace raddle::launch {

namespace {

Error processError(pid_t pid, const std::string& message) {
    return {message, "process " + std::to_string(pid), 0, 0};
}

Error traceError(pid_t pid, int error) {
    if (error == EPERM)
        return processError(pid,
                            "may not be traced: it is another user's, a debugger has it, or kernel.yama.ptrace_scope "
                            "forbids it (0 allows it)");
    return processError(pid, error == ESRCH ? "no such process" : strerror(error));
}

std::vector<pid_t> threadsOf(pid_t pid) {
    std::vector<pid_t> threads;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", ignored))
        threads.push_back(static_cast<pid_t>(std::stol(entry.path().filename().string())));
    std::sort(threads.begin(), threads.end());
    return threads;
}

#if defined(__x86_64__)

// Calls in which a thread waits for something from outside. Not futex: that may be the wait for malloc's lock.
bool isOuterWait(long number) {
    constexpr long kWaits[] = {
        SYS_read,        SYS_poll,   SYS_ppoll,           SYS_select,        SYS_pselect6,        SYS_epoll_wait,
        SYS_epoll_pwait, SYS_accept, SYS_accept4,         SYS_recvfrom,      SYS_recvmsg,         SYS_nanosleep,
        SYS_wait4,       SYS_pause,  SYS_clock_nanosleep, SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_epoll_pwait2};
    return std::find(std::begin(kWaits), std::end(kWaits), number) != std::end(kWaits);
}

// The system call a stopped thread waits in; -1 when it runs the program's code.
long callOf(pid_t tid) {
    user_regs_struct registers = {};
    if (ptrace(PTRACE_GETREGS, tid, nullptr, &registers) != 0) return -1;
    return static_cast<long>(registers.orig_rax);
}

#endif

// Waits for a stop of the thread. False when it has ended.
bool waitForStop(pid_t tid, int& status) {
    while (waitpid(tid, &status, __WALL) < 0)
        if (errno != EINTR) return false;
    return WIFSTOPPED(status);
}

bool isInterruption(int status) {
    return status >> 16 == PTRACE_EVENT_STOP;
}

void letGo(pid_t tid) {
    ptrace(PTRACE_DETACH, tid, nullptr, nullptr);
}

// Stops the thread; signals that come first are delivered.
bool interrupt(pid_t tid) {
    ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr);
    for (int status; waitForStop(tid, status);) {
        if (isInterruption(status)) return true;
        ptrace(PTRACE_CONT, tid, nullptr, WSTOPSIG(status));
    }
    return false;
}

}  // namespace

#if defined(__x86_64__)

Result<Injector> Injector::stop(pid_t pid) {
    constexpr int kTries = 200;
    constexpr useconds_t kPause = 10000;
    for (int i = 0; i < kTries; ++i) {
        const std::vector<pid_t> threads = threadsOf(pid);
        if (threads.empty()) return processError(pid, "no such process");
        for (const pid_t tid : threads) {
            if (ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0) {
                if (errno == ESRCH && tid != pid) continue;
                return traceError(pid, errno);
            }
            if (!interrupt(tid)) continue;
            if (isOuterWait(callOf(tid))) return Injector(pid, tid);
            letGo(tid);
        }
        usleep(kPause);
    }
    return processError(pid, "none of its threads came to wait for anything, where the recorder can be loaded safely");
}

Result<uint64_t> Injector::call(uint64_t function, const std::string* text, uint64_t number) {
    constexpr uint64_t kRedZone = 128;
    user_regs_struct before = {};
    char extended[16384];
    iovec area = {extended, sizeof extended};
    if (ptrace(PTRACE_GETREGS, tid_, nullptr, &before) != 0 ||
        ptrace(PTRACE_GETREGSET, tid_, NT_X86_XSTATE, &area) != 0)
        return traceError(pid_, errno);

    // On the stack: the text, and under it the return address: none, so that the thread stops there.
    std::vector<char> bytes(sizeof(uint64_t), 0);
    if (text) bytes.insert(bytes.end(), text->begin(), text->end());
    bytes.push_back(0);
    user_regs_struct registers = before;
    registers.rsp = ((before.rsp - kRedZone - bytes.size()) & ~uint64_t{15}) - 8;
    registers.rip = function;
    registers.rdi = text ? registers.rsp + sizeof(uint64_t) : 0;
    registers.rsi = number;
    registers.rax = 0;
    registers.orig_rax = ~uint64_t{0};  // what it waited in is not to be begun again now
    iovec from = {bytes.data(), bytes.size()};
    iovec to = {reinterpret_cast<void*>(registers.rsp), bytes.size()};
    if (process_vm_writev(pid_, &from, 1, &to, 1, 0) != static_cast<ssize_t>(bytes.size()) ||
        ptrace(PTRACE_SETREGS, tid_, nullptr, &registers) != 0)
        return traceError(pid_, errno);

    int signal = 0;
    bool returned = false;
    for (int status; !returned;) {
        ptrace(PTRACE_CONT, tid_, nullptr, signal);
        if (!waitForStop(tid_, status)) {
            tid_ = 0;
            return processError(pid_, "ended while the recorder was loaded");
        }
        ptrace(PTRACE_GETREGS, tid_, nullptr, &registers);
        signal = isInterruption(status) ? 0 : WSTOPSIG(status);
        returned = signal == SIGSEGV || signal == SIGILL || signal == SIGBUS || signal == SIGFPE;
    }
    ptrace(PTRACE_SETREGSET, tid_, NT_X86_XSTATE, &area);
    ptrace(PTRACE_SETREGS, tid_, nullptr, &before);
    if (registers.rip != 0) return processError(pid_, "crashed in a call of the recorder; it goes on as before");
    return registers.rax;
}

#else

Result<Injector> Injector::stop(pid_t pid) {
    return processError(pid, "can only be attached to on x86-64");
}

Result<uint64_t> Injector::call(uint64_t, const std::string*, uint64_t) {
    return processError(pid_, "can only be attached to on x86-64");
}

#endif

Injector::~Injector() {
    if (tid_ != 0) letGo(tid_);
}

Result<RemoteModule> findModule(pid_t pid, const std::string& name) {
    const std::string process = "/proc/" + std::to_string(pid);
    std::ifstream maps(process + "/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream fields(line);
        std::string range, permissions, offset, device, inode, path;
        fields >> range >> permissions >> offset >> device >> inode;
        std::getline(fields >> std::ws, path);
        if (path.empty() || path.substr(path.rfind('/') + 1).rfind(name, 0) != 0) continue;
        if (std::stoull(offset, nullptr, 16) != 0) continue;
        // The process may see other files under a path than we do.
        return RemoteModule{std::stoull(range, nullptr, 16), process + "/root" + path};
    }
    return processError(pid, "has no " + name + " loaded");
}

Result<uint64_t> findFunction(const RemoteModule& module, const std::string& name) {
    const std::string file = TRY(readFile(module.path));
    const Error broken{"has no function " + name, module.path, 0, 0};
    Elf64_Ehdr header;
    if (file.size() < sizeof header) return broken;
    memcpy(&header, file.data(), sizeof header);
    const auto read = [&](uint64_t offset, auto& into) {
        if (offset > file.size() || sizeof into > file.size() - offset) return false;
        memcpy(&into, file.data() + offset, sizeof into);
        return true;
    };
    for (uint64_t i = 0; i < header.e_shnum; ++i) {
        Elf64_Shdr symbols, strings;
        if (!read(header.e_shoff + i * sizeof symbols, symbols) || symbols.sh_type != SHT_DYNSYM ||
            !read(header.e_shoff + symbols.sh_link * sizeof strings, strings))
            continue;
        Elf64_Sym symbol;
        for (uint64_t at = 0; at < symbols.sh_size && read(symbols.sh_offset + at, symbol); at += sizeof symbol) {
            const uint64_t text = strings.sh_offset + symbol.st_name;
            if (symbol.st_value != 0 && text < file.size() && file.compare(text, name.size() + 1, name + '\0') == 0)
                return module.bias + symbol.st_value;
        }
    }
    return broken;
}

}  // namespace raddle::launch
