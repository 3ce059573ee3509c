#include "core/archive/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace raddle::archive {
namespace {

constexpr std::chrono::milliseconds kLook{20};  // in which a scan gets through some 100 MB

// Of this process, pages of files.
uint64_t residentFileBytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (!file) return 0;
    unsigned long long size = 0, resident = 0, shared = 0;
    int got = std::fscanf(file, "%llu %llu %llu", &size, &resident, &shared);
    std::fclose(file);
    return got == 3 ? shared * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path, uint64_t mostResident) {
    auto failure = [&] { return Error{std::strerror(errno), path}; };
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return failure();
    struct stat status{};
    if (::fstat(fd, &status) != 0) {
        Error error = failure();
        ::close(fd);
        return error;
    }
    auto size = static_cast<size_t>(status.st_size);
    if (!S_ISREG(status.st_mode) || size == 0) {
        ::close(fd);
        return Error{"not a file with content", path};
    }
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (data == MAP_FAILED) return failure();
    std::shared_ptr<MappedFile> file(new MappedFile(static_cast<const char*>(data), size));
    if (size > mostResident)
        file->keeper_ = std::thread([raw = file.get(), mostResident] { raw->keepBelow(mostResident); });
    return std::shared_ptr<const MappedFile>(std::move(file));
}

// Pages that are given back are read again from the file, or the system's cache of it, when they are needed.
void MappedFile::keepBelow(uint64_t mostResident) {
    while (!closing_) {
        if (residentFileBytes() > mostResident) ::madvise(const_cast<char*>(data_), size_, MADV_DONTNEED);
        std::this_thread::sleep_for(kLook);
    }
}

MappedFile::~MappedFile() {
    closing_ = true;
    if (keeper_.joinable()) keeper_.join();
    ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace raddle::archive
