#include "instrument/runtime/base/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "instrument/runtime/base/hook.h"

namespace raddle::rt {

__thread bool t_confined;
bool g_confined;
Clock g_clock = {kRaddleClockMonotonic, 0};
Session g_session = {};

namespace {

long openFile() {
    return systemCall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(g_session.path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

bool isRecording(long fd) {
    struct stat status;
    if (fd < 0) return false;
#if defined(__x86_64__)
    if (systemCall(SYS_fstat, fd, reinterpret_cast<long>(&status)) != 0) return false;
#else
    if (systemCall(SYS_newfstatat, fd, reinterpret_cast<long>(""), reinterpret_cast<long>(&status), AT_EMPTY_PATH) != 0)
        return false;
#endif
    return status.st_dev == g_session.device && status.st_ino == g_session.inode;
}

// Moves a descriptor out of the way of programs that expect the lowest free number.
int moveHigh(long fd) {
    rlimit limit = {};
    systemCall(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, reinterpret_cast<long>(&limit));
    const uint64_t top = limit.rlim_cur < 1024 ? limit.rlim_cur : 1024;
    if (top < 32) return static_cast<int>(fd);
    const long high = systemCall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, static_cast<long>(top - 24));
    if (high < 0) return static_cast<int>(fd);
    systemCall(SYS_close, fd);
    return static_cast<int>(high);
}

// The program may have closed our descriptor, or closed it and got the same number for a file of its own.
int recordingFd() {
    const int fd = __atomic_load_n(&g_session.fd, __ATOMIC_RELAXED);
    if (isRecording(fd)) return fd;
    const long fresh = openFile();
    if (!isRecording(fresh)) {
        if (fresh >= 0) systemCall(SYS_close, fresh);
        return -1;
    }
    const int high = moveHigh(fresh);
    int expected = fd;
    if (!__atomic_compare_exchange_n(&g_session.fd, &expected, high, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        systemCall(SYS_close, high);
        return expected;
    }
    return high;
}

// Where old space is used again, the end of new space is not the end of the recording.
void stop(RaddleStop reason) {
    if (keepMs() != 0) return;
    __atomic_store_n(&g_session.stopped, 1, __ATOMIC_RELAXED);
    uint32_t none = kRaddleNotStopped;
    __atomic_compare_exchange_n(&g_session.header->stopped, &none, static_cast<uint32_t>(reason), false,
                                __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

// Real blocks for [offset, offset + size), so that no store to the mapping can fail. 0 or negative errno.
long allocate(int fd, uint64_t offset, uint64_t size) {
    long result;
    do {
        result = systemCall(SYS_fallocate, fd, 0, static_cast<long>(offset), static_cast<long>(size));
    } while (result == -EINTR);
    if (result != -EOPNOTSUPP && result != -ENOSYS) return result;
    static const uint8_t zeros[4096] = {};
    for (uint64_t done = 0; done < size;) {
        const uint64_t part = size - done < sizeof zeros ? size - done : sizeof zeros;
        result = systemCall(SYS_pwrite64, fd, reinterpret_cast<long>(zeros), static_cast<long>(part),
                            static_cast<long>(offset + done));
        if (result == -EINTR) continue;
        if (result <= 0) return result < 0 ? result : -ENOSPC;
        done += static_cast<uint64_t>(result);
    }
    return 0;
}

// Writing past RLIMIT_FSIZE would raise SIGXFSZ in the program.
bool fits(uint64_t end) {
    const uint64_t limit = g_session.header->sizeLimit;
    if (limit && end > limit) return false;
    rlimit fileSize = {};
    if (systemCall(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, reinterpret_cast<long>(&fileSize)) != 0) return true;
    return fileSize.rlim_cur == RLIM_INFINITY || end <= fileSize.rlim_cur;
}

bool mapHeader(const char* path) {
    if (!path || path[0] != '/' || strlen(path) >= sizeof g_session.path) return false;
    strcpy(g_session.path, path);
    const long fd = openFile();
    if (fd < 0) return false;
    struct stat status;
    if (fstat(static_cast<int>(fd), &status) != 0 || status.st_size < kRaddleHeaderSize) {
        systemCall(SYS_close, fd);
        return false;
    }
    g_session.device = status.st_dev;
    g_session.inode = status.st_ino;
    const long memory = systemCall(SYS_mmap, 0, kRaddleHeaderSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    auto* header = reinterpret_cast<RaddleFileHeader*>(memory);
    if (memory < 0 && memory > -4096) {
        systemCall(SYS_close, fd);
        return false;
    }
    if (memcmp(header->magic, RADDLE_FILE_MAGIC, 8) != 0 || header->version != kRaddleVersion) {
        systemCall(SYS_munmap, memory, kRaddleHeaderSize);
        systemCall(SYS_close, fd);
        return false;
    }
    g_session.header = header;
    g_session.fd = moveHigh(fd);
    g_clock = {header->clock, header->clockShift};
    return true;
}

// Sanitizers start a process that names functions for them; it inherits the environment but is not the program's.
bool isSymbolizer() {
    if (g_session.header->rootPid == static_cast<uint32_t>(systemCall(SYS_getpid))) return false;
    char path[PATH_MAX];
    const long length = systemCall(SYS_readlinkat, AT_FDCWD, reinterpret_cast<long>("/proc/self/exe"),
                                   reinterpret_cast<long>(path), sizeof path - 1);
    if (length <= 0) return false;
    path[length] = 0;
    const char* const name = strrchr(path, '/');
    return name && strncmp(name, "/llvm-symbolizer", 16) == 0;
}

// The program and others need the disk too: a twentieth of it, 256 MB at most, is left alone.
bool leavesRoom(int fd, uint64_t size) {
    struct statfs disk = {};
    if (systemCall(SYS_fstatfs, fd, reinterpret_cast<long>(&disk)) != 0) return true;
    const auto block = static_cast<uint64_t>(disk.f_bsize);
    const uint64_t twentieth = disk.f_blocks / 20 * block;
    constexpr uint64_t kMost = 256u << 20;
    return disk.f_blocks == 0 || disk.f_bavail * block >= size + (twentieth < kMost ? twentieth : kMost);
}

Region mapRegion(int fd, uint64_t offset, uint64_t size) {
    const long memory = systemCall(SYS_mmap, 0, static_cast<long>(size), PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_POPULATE, fd, static_cast<long>(offset));
    if (memory < 0 && memory > -4096) {
        stop(kRaddleIoError);
        return {};
    }
    return {reinterpret_cast<uint8_t*>(memory), size, offset};
}

Region claimUninterrupted(uint64_t size) {
    RaddleFileHeader* header = g_session.header;
    if (__atomic_load_n(&header->stopped, __ATOMIC_RELAXED) == kRaddleDiskFull) return {};
    if (!fits(__atomic_load_n(&header->fileEnd, __ATOMIC_RELAXED) + size)) {
        stop(kRaddleFileLimit);
        return {};
    }
    const int fd = recordingFd();
    if (fd < 0) {
        stop(kRaddleIoError);
        return {};
    }
    if (!leavesRoom(fd, size)) {
        stop(kRaddleDiskFull);
        return {};
    }
    const uint64_t offset = __atomic_fetch_add(&header->fileEnd, size, __ATOMIC_RELAXED);
    if (!fits(offset + size)) {
        stop(kRaddleFileLimit);
        return {};
    }
    const long allocated = allocate(fd, offset, size);
    if (allocated != 0) {
        stop(allocated == -ENOSPC || allocated == -EDQUOT ? kRaddleDiskFull : kRaddleIoError);
        return {};
    }
    return mapRegion(fd, offset, size);
}

// Signals wait: they would interrupt the allocation, and their handlers record too.
template <class Work>
Region uninterrupted(Work work) {
    const uint64_t all = ~uint64_t{0};
    uint64_t mask = 0;
    systemCall(SYS_rt_sigprocmask, SIG_BLOCK, reinterpret_cast<long>(&all), reinterpret_cast<long>(&mask), sizeof all);
    const Region region = work();
    systemCall(SYS_rt_sigprocmask, SIG_SETMASK, reinterpret_cast<long>(&mask), 0, sizeof mask);
    return region;
}

}  // namespace

namespace {

bool startSessionAt(const char* path) {
    int idle = kIdle;
    if (!__atomic_compare_exchange_n(&g_session.phase, &idle, kStarting, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return idle == kOn;
    const int savedErrno = errno;
    const bool on = mapHeader(path) && !isSymbolizer();
    if (on) {
        lookUpAll();
        g_session.pid = systemCall(SYS_getpid);
        g_session.image = __atomic_fetch_add(&g_session.header->nextImage, 1, __ATOMIC_RELAXED);
        pthread_attr_t attributes;
        if (pthread_attr_init(&attributes) == 0) {
            pthread_attr_getstacksize(&attributes, &g_session.defaultStackSize);
            pthread_attr_destroy(&attributes);
        }
    }
    __atomic_store_n(&g_session.phase, on ? kOn : kOff, __ATOMIC_RELEASE);
    errno = savedErrno;
    return on;
}

}  // namespace

namespace {

Region g_reserve;
uint64_t g_reserveUsed;  // atomic
uint32_t g_reserving;  // atomic: being claimed by this process, claimed, or neither (a forked child's is its parent's)

uint32_t claimed() {
    return 2 * g_session.image + 1;
}

Region fromReserve(uint64_t size) {
    if (__atomic_load_n(&g_reserving, __ATOMIC_ACQUIRE) == claimed()) {
        const uint64_t at = __atomic_fetch_add(&g_reserveUsed, size, __ATOMIC_RELAXED);
        if (at + size <= g_reserve.size) return {g_reserve.memory + at, size, g_reserve.offset + at};
    }
    uint32_t none = kRaddleNotStopped;
    __atomic_compare_exchange_n(&g_session.header->stopped, &none, uint32_t{kRaddleConfined}, false, __ATOMIC_RELAXED,
                                __ATOMIC_RELAXED);
    return {};
}

}  // namespace

void claimReserve() {
    constexpr uint64_t kMost = 4u << 20;
    const RaddleFileHeader* header = g_session.header;
    const uint64_t used = __atomic_load_n(&header->fileEnd, __ATOMIC_RELAXED);
    const uint64_t left = header->sizeLimit > used ? header->sizeLimit - used : 0;
    uint64_t size = header->sizeLimit && left / 2 < kMost ? left / 2 / 4096 * 4096 : kMost;
    while (size > 0 && !leavesRoom(recordingFd(), size)) size = size / 2 / 4096 * 4096;
    const uint32_t claiming = 2 * g_session.image;
    for (uint32_t seen; size > 0 && (seen = __atomic_load_n(&g_reserving, __ATOMIC_ACQUIRE)) != claimed();) {
        // Who comes second may be confined as soon as it returns: it waits.
        if (seen == claiming ||
            !__atomic_compare_exchange_n(&g_reserving, &seen, claiming, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            systemCall(SYS_sched_yield);
            continue;
        }
        g_reserve = claimRegion(size);
        g_reserveUsed = 0;
        __atomic_store_n(&g_reserving, claimed(), __ATOMIC_RELEASE);
    }
}

bool startSession() {
    return startSessionAt(getenv("RADDLE_RECORDING"));
}

bool joinSession(const char* path) {
    int off = kOff;
    __atomic_compare_exchange_n(&g_session.phase, &off, kIdle, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    return startSessionAt(path);
}

void leaveSession() {
    __atomic_store_n(&g_session.phase, kOff, __ATOMIC_RELEASE);
}

Region claimRegion(uint64_t size) {
    if (isConfined()) return fromReserve(size);
    if (__atomic_load_n(&g_session.stopped, __ATOMIC_RELAXED)) return {};
    return uninterrupted([&] { return claimUninterrupted(size); });
}

Region mapAgain(uint64_t offset, uint64_t size) {
    return uninterrupted([&]() -> Region {
        const int fd = recordingFd();
        return fd < 0 ? Region{} : mapRegion(fd, offset, size);
    });
}

void releaseRegion(Region region) {
    if (region.memory) systemCall(SYS_munmap, reinterpret_cast<long>(region.memory), static_cast<long>(region.size));
}

uint32_t nextThreadSerial() {
    return isOn() ? __atomic_fetch_add(&g_session.header->nextThread, 1, __ATOMIC_RELAXED) : 0;
}

void countDropped(uint64_t events) {
    __atomic_fetch_add(&g_session.header->droppedEvents, events, __ATOMIC_RELAXED);
}

}  // namespace raddle::rt
