#include "core/support/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace raddle {
namespace {

Error systemError(const std::string& path, const char* what) {
    return Error{std::string(what) + ": " + std::strerror(errno), path};
}

bool writeAll(int fd, std::string_view content) {
    while (!content.empty()) {
        ssize_t n = ::write(fd, content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        content.remove_prefix(static_cast<size_t>(n));
    }
    return true;
}

}  // namespace

Result<std::string> readFile(const std::string& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return systemError(path, "cannot open");
    std::string content;
    char buffer[1 << 16];
    for (;;) {
        ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            Error error = systemError(path, "cannot read");
            ::close(fd);
            return error;
        }
        if (n == 0) break;
        content.append(buffer, static_cast<size_t>(n));
    }
    ::close(fd);
    return content;
}

Result<> writeFile(const std::string& path, std::string_view content) {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
        if (fd < 0) return systemError(path, "cannot write");
        bool written = writeAll(fd, content);
        Error error = systemError(path, "cannot write");
        if (::close(fd) != 0 || !written) return error;
        return Unit{};
    }
    std::string temporary = path + ".XXXXXX";
    int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0) return systemError(path, "cannot write");
    mode_t mask = ::umask(0);
    ::umask(mask);
    bool written = writeAll(fd, content) && ::fchmod(fd, 0666 & ~mask) == 0;
    Error error = systemError(path, "cannot write");
    if (::close(fd) != 0 || !written || ::rename(temporary.c_str(), path.c_str()) != 0) {
        if (written) error = systemError(path, "cannot write");
        ::unlink(temporary.c_str());
        return error;
    }
    return Unit{};
}

}  // namespace raddle
