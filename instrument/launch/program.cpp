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

bool readHeader(int fd, Elf64_Ehdr& header) {
    return readAt(fd, 0, &header, sizeof header) && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
}

bool isOwnKind(const Elf64_Ehdr& header) {
    return header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_machine == kOwnMachine;
}

std::vector<Elf64_Phdr> readSegments(int fd, const Elf64_Ehdr& header) {
    std::vector<Elf64_Phdr> segments(header.e_phnum);
    if (header.e_phentsize != sizeof(Elf64_Phdr) ||
        !readAt(fd, static_cast<off_t>(header.e_phoff), segments.data(), segments.size() * sizeof(Elf64_Phdr)))
        segments.clear();
    return segments;
}

// A string of the dynamic string table, which is given by its address in memory.
std::string readName(int fd, const std::vector<Elf64_Phdr>& segments, uint64_t address) {
    for (const Elf64_Phdr& segment : segments) {
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
            continue;
        char name[64] = {};
        const ssize_t got =
            pread(fd, name, sizeof name - 1, static_cast<off_t>(address - segment.p_vaddr + segment.p_offset));
        return got > 0 ? std::string(name) : "";
    }
    return "";
}

std::string firstLibrary(int fd) {
    Elf64_Ehdr header;
    if (!readHeader(fd, header) || !isOwnKind(header)) return "";
    const std::vector<Elf64_Phdr> segments = readSegments(fd, header);
    uint64_t strings = 0;
    std::vector<uint64_t> needed;
    for (const Elf64_Phdr& segment : segments) {
        if (segment.p_type != PT_DYNAMIC) continue;
        for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= segment.p_filesz; at += sizeof(Elf64_Dyn)) {
            Elf64_Dyn entry;
            if (!readAt(fd, static_cast<off_t>(segment.p_offset + at), &entry, sizeof entry) || entry.d_tag == DT_NULL)
                break;
            if (entry.d_tag == DT_STRTAB) strings = entry.d_un.d_ptr;
            if (entry.d_tag == DT_NEEDED) needed.push_back(entry.d_un.d_val);
        }
    }
    for (const uint64_t offset : needed)
        if (const std::string name = readName(fd, segments, strings + offset);
            name.rfind("libasan.so", 0) == 0 || name.rfind("libtsan.so", 0) == 0)
            return name;
    return "";
}

std::string whyNotPreloadable(int fd) {
    Elf64_Ehdr header;
    if (!readHeader(fd, header)) return "";
    if (!isOwnKind(header)) return "is built for another architecture than the recorder";
    const std::vector<Elf64_Phdr> segments = readSegments(fd, header);
    if (segments.empty()) return "";
    for (const Elf64_Phdr& segment : segments)
        if (segment.p_type == PT_INTERP) return "";
    return "is statically linked, so the recorder cannot be loaded into it; link it dynamically to record it";
}

std::string ask(const std::string& path, std::string (*question)(int)) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return "";
    const std::string answer = question(fd);
    close(fd);
    return answer;
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
    return ask(path, whyNotPreloadable);
}

std::string firstLibrary(const std::string& path) {
    return ask(path, firstLibrary);
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
            return Error{"the recorder's path has a space, colon or dollar, which LD_PRELOAD cannot hold", resolved, 0,
                         0};
        return std::string(resolved);
    }
    return Error{"libraddle_rt.so is missing; it belongs in ../lib beside the raddle command", folder, 0, 0};
}

}  // namespace raddle::launch
