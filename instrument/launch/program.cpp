#include "instrument/launch/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

namespace raddle::launch {

namespace {

// 0 when it can be executed, else errno.
int executableError(const std::string& path) {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    return access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

Program failed(const std::string& command, int error) {
    const bool absent = error == ENOENT || error == ENOTDIR;
    return {"", absent ? kNotFound : kNotExecutable,
            command + ": " + (error == ENOENT ? "command not found" : strerror(error))};
}

bool readAt(int fd, off_t offset, void* into, size_t size) {
    return pread(fd, into, size, offset) == static_cast<ssize_t>(size);
}

#if defined(__x86_64__)
constexpr Elf64_Half kOwnMachine = EM_X86_64;
#else
constexpr Elf64_Half kOwnMachine = EM_AARCH64;
#endif

std::string whyNotPreloadable(int fd) {
    Elf64_Ehdr header;
    if (!readAt(fd, 0, &header, sizeof header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "";
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kOwnMachine)
        return "is built for another architecture than the recorder";
    for (Elf64_Half i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        if (!readAt(fd, static_cast<off_t>(header.e_phoff + i * uint64_t{header.e_phentsize}), &segment, sizeof segment))
            return "";
        if (segment.p_type == PT_INTERP) return "";
    }
    return "is statically linked, so the recorder cannot be loaded into it; link it dynamically to record it";
}

}  // namespace

Program findProgram(const std::string& command) {
    if (command.empty()) return failed("''", ENOENT);
    if (command.find('/') != std::string::npos) {
        const int error = executableError(command);
        return error ? failed(command, error) : Program{command, 0, ""};
    }
    const char* path = getenv("PATH");
    const std::string folders = path ? path : "/usr/local/bin:/bin:/usr/bin";
    int worst = ENOENT;
    for (size_t begin = 0; begin <= folders.size();) {
        size_t end = folders.find(':', begin);
        if (end == std::string::npos) end = folders.size();
        const std::string folder = folders.substr(begin, end - begin);
        const std::string candidate = (folder.empty() ? std::string(".") : folder) + "/" + command;
        const int error = executableError(candidate);
        if (error == 0) return {candidate, 0, ""};
        if (error == EACCES) worst = EACCES;
        begin = end + 1;
    }
    return failed(command, worst);
}

std::string whyNotPreloadable(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return "";
    const std::string reason = whyNotPreloadable(fd);
    close(fd);
    return reason;
}

Result<std::string> findRuntime() {
    char self[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return Error{"cannot read /proc/self/exe to find libraddle_rt.so", "", 0, 0};
    const std::string exe(self, static_cast<size_t>(length));
    const std::string folder = exe.substr(0, exe.rfind('/') + 1);
    for (const char* place : {RADDLE_RUNTIME_PLACES}) {
        char resolved[PATH_MAX];
        if (!realpath((folder + place).c_str(), resolved)) continue;
        // LD_PRELOAD has no way to write these.
        if (strpbrk(resolved, " :\t\n$"))
            return Error{"the recorder's path has a space, colon or dollar, which LD_PRELOAD cannot hold", resolved, 0, 0};
        return std::string(resolved);
    }
    return Error{"libraddle_rt.so is missing; it belongs in ../lib beside the raddle command", folder, 0, 0};
}

}  // namespace raddle::launch
