#include "core/support/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/support/write_all.h"

namespace raddle {
namespace {

Error systemError(const std::string& path, const char* what) {
    return Error{std::string(what) + ": " + std::strerror(errno), path};
}

// The kernel applies the process's file mode mask to what open() makes, as mkostemp() does not let it. To ask for the
// mask one has to change it, for all threads.
int openTemporary(const std::string& path, std::string& name) {
    static std::atomic<unsigned> count = 0;
    for (int attempt = 0; attempt < 1000; ++attempt) {
        name = path + "." + std::to_string(::getpid()) + "-" + std::to_string(count++);
        const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
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

Result<> checkWritable(const std::string& path) {
    struct stat status;
    const bool isThere = ::stat(path.c_str(), &status) == 0;
    if (isThere && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return systemError(path, "cannot write");
    }
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const bool isWritable = isThere && !S_ISREG(status.st_mode) ? ::access(path.c_str(), W_OK) == 0
                                                                : ::access(folder.c_str(), W_OK | X_OK) == 0;
    if (!isWritable) return systemError(path, "cannot write");
    return Unit{};
}

Result<FileWriter> FileWriter::open(const std::string& path) {
    FileWriter out;
    out.path_ = path;
    struct stat status;
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        out.fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
        out.fd_ = openTemporary(path, out.temporary_);
    }
    if (out.fd_ < 0) {
        out.temporary_.clear();
        return systemError(path, "cannot write");
    }
    return out;
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::exchange(other.fd_, -1)),
      error_(std::move(other.error_)) {}

FileWriter::~FileWriter() {
    if (fd_ >= 0) ::close(fd_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void FileWriter::write(std::string_view content) {
    if (!failed() && !writeAll(fd_, content)) error_ = systemError(path_, "cannot write");
}

Result<> FileWriter::commit() {
    if (::close(std::exchange(fd_, -1)) != 0 && !failed()) error_ = systemError(path_, "cannot write");
    if (!failed() && !temporary_.empty() && ::rename(temporary_.c_str(), path_.c_str()) != 0)
        error_ = systemError(path_, "cannot write");
    if (failed()) return error_;
    temporary_.clear();
    return Unit{};
}

Result<> writeFile(const std::string& path, std::string_view content) {
    FileWriter file = TRY(FileWriter::open(path));
    file.write(content);
    return file.commit();
}

}  // namespace raddle
