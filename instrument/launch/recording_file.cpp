#include "instrument/launch/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <set>

namespace raddle::launch {

namespace {

constexpr uint32_t kTscShift = 2;  // a tick is 1–2 ns; the counter itself takes longer to read

uint64_t readClock(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1000000000u + static_cast<uint64_t>(time.tv_nsec);
}

// The kernel checks that the counters of all processors agree before it uses them as its own clock.
bool tscIsGood() {
#if defined(__x86_64__)
    std::string source;
    std::ifstream("/sys/devices/system/clocksource/clocksource0/current_clocksource") >> source;
    return source == "tsc";
#else
    return false;
#endif
}

uint64_t readTicks(const RaddleFileHeader& header) {
#if defined(__x86_64__)
    if (header.clock == kRaddleClockTsc) return __builtin_ia32_rdtsc() >> header.clockShift;
#else
    (void)header;
#endif
    return readClock(CLOCK_MONOTONIC);
}

struct Calibration {
    uint64_t ticks;
    uint64_t monotonicNs;
};

// Both clocks at one time: of several tries, the one that took the least between its two readings.
Calibration calibrate(const RaddleFileHeader& header) {
    Calibration best = {};
    uint64_t bestTicks = UINT64_MAX;
    for (int i = 0; i < 16; ++i) {
        const uint64_t before = readTicks(header);
        const uint64_t ns = readClock(CLOCK_MONOTONIC);
        const uint64_t taken = readTicks(header) - before;
        if (taken >= bestTicks) continue;
        bestTicks = taken;
        best = {before + taken / 2, ns};
    }
    return best;
}

RaddleFileHeader makeHeader(uint32_t rootPid, const Limits& limits) {
    RaddleFileHeader header = {};
    memcpy(header.magic, RADDLE_FILE_MAGIC, sizeof header.magic);
    header.version = kRaddleVersion;
    header.headerSize = kRaddleHeaderSize;
    header.chunkHeaderSize = kRaddleChunkHeaderSize;
    header.clock = tscIsGood() ? kRaddleClockTsc : kRaddleClockMonotonic;
    header.clockShift = header.clock == kRaddleClockTsc ? kTscShift : 0;
    header.rootPid = rootPid;
    const Calibration start = calibrate(header);
    header.startTicks = start.ticks;
    header.startMonotonicNs = start.monotonicNs;
    header.startRealtimeNs = readClock(CLOCK_REALTIME) - (readClock(CLOCK_MONOTONIC) - start.monotonicNs);
    header.sizeLimit = limits.bytes;
    header.keepMs = limits.keepMs;
    header.samplePeriodNs = limits.samplePeriodNs;
    header.budget = limits.budget;
    cpu_set_t processors;
    if (sched_getaffinity(0, sizeof processors, &processors) == 0)
        header.processors = static_cast<uint32_t>(CPU_COUNT(&processors));
    strncpy(header.producer, "raddle " RADDLE_VERSION, sizeof header.producer - 1);
    header.fileEnd = kRaddleHeaderSize;
    header.nextThread = 1;
    header.nextImage = 1;
    return header;
}

Error error(const std::string& message, const std::string& path) {
    return {message, path, 0, 0};
}

// Removes what is at `path` when it may be replaced.
Result<> makeWay(const std::string& path, bool force) {
    const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return Unit{};
    if (fd < 0 && errno == ELOOP) return error("is a symbolic link; the recording is not written through it", path);
    if (fd < 0) return error(strerror(errno), path);
    struct stat status = {};
    char magic[8] = {};
    fstat(fd, &status);
    const bool isRecording =
        pread(fd, magic, sizeof magic, 0) == sizeof magic && memcmp(magic, RADDLE_FILE_MAGIC, sizeof magic) == 0;
    close(fd);
    if (!S_ISREG(status.st_mode)) return error("exists and is not a regular file", path);
    if (status.st_size != 0 && !isRecording && !force)
        return error("exists and is not a recording; --force replaces it", path);
    // Not truncated: a viewer may have the old recording mapped.
    if (unlink(path.c_str()) != 0) return error(strerror(errno), path);
    return Unit{};
}

Result<std::string> absolute(const std::string& path) {
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (name.empty()) return error("is a folder, not a file to write", path);
    char resolved[PATH_MAX];
    if (!realpath(folder.c_str(), resolved)) return error(strerror(errno), path);
    const std::string base = resolved;
    return (base == "/" ? base : base + "/") + name;
}

bool isChunk(const RaddleChunk& chunk, uint64_t room) {
    return chunk.magic == RADDLE_CHUNK_MAGIC && chunk.size >= sizeof(RaddleChunk) && chunk.size <= room &&
           chunk.size % kRaddleChunkAlign == 0;
}

}  // namespace

Result<RecordingFile> RecordingFile::create(const std::string& name, uint32_t rootPid, const Limits& limits,
                                            bool force) {
    const std::string path = TRY(absolute(name));
    TRY(makeWay(name, force));
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return error(strerror(errno), name);
    const RaddleFileHeader header = makeHeader(rootPid, limits);
    errno = ENOSPC;  // what a short write means
    void* memory = MAP_FAILED;
    // Written, not mapped, so that the header has its block on disk before it is mapped.
    if (pwrite(fd, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header))
        memory = mmap(nullptr, sizeof header, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        const Error failure = error(strerror(errno), name);
        close(fd);
        unlink(path.c_str());
        return failure;
    }
    return RecordingFile(path, fd, static_cast<RaddleFileHeader*>(memory));
}

RecordingFile::RecordingFile(RecordingFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      header_(std::exchange(other.header_, nullptr)) {}

RecordingFile::~RecordingFile() {
    if (header_) munmap(header_, sizeof *header_);
    if (fd_ >= 0) close(fd_);
}

RecordingFile::Counts RecordingFile::end(RaddleEnd kind, uint32_t status) {
    const Calibration now = calibrate(*header_);
    const Counts counts = count();
    header_->endTicks = now.ticks;
    header_->endMonotonicNs = now.monotonicNs;
    header_->liveProcesses = counts.live;
    header_->endStatus = status;
    __atomic_store_n(&header_->endKind, static_cast<uint32_t>(kind), __ATOMIC_RELEASE);
    return counts;
}

void RecordingFile::remove() {
    unlink(path_.c_str());
}

RecordingFile::Counts RecordingFile::count() const {
    Counts counts;
    struct stat status = {};
    fstat(fd_, &status);
    counts.bytes = static_cast<uint64_t>(status.st_size);
    counts.dropped = __atomic_load_n(&header_->droppedEvents, __ATOMIC_ACQUIRE);
    counts.images = __atomic_load_n(&header_->nextImage, __ATOMIC_ACQUIRE) - 1;
    counts.stopped = __atomic_load_n(&header_->stopped, __ATOMIC_ACQUIRE);
    // The first thread of a process goes on when that becomes another program, under another serial.
    std::set<uint32_t> firstThreads;
    std::set<uint32_t> otherThreads;
    std::set<uint32_t> processes;
    for (uint64_t at = kRaddleHeaderSize; at + sizeof(RaddleChunk) <= counts.bytes;) {
        RaddleChunk chunk;
        if (pread(fd_, &chunk, sizeof chunk, static_cast<off_t>(at)) != static_cast<ssize_t>(sizeof chunk)) break;
        if (!isChunk(chunk, counts.bytes - at)) {
            at += kRaddleChunkAlign;
            continue;
        }
        if (chunk.tid == chunk.pid)
            firstThreads.insert(chunk.pid);
        else
            otherThreads.insert(chunk.thread);
        processes.insert(chunk.pid);
        if (chunk.kind == kRaddleThreadEvents) counts.events += chunk.committed >> 32;
        at += chunk.size;
    }
    counts.threads = firstThreads.size() + otherThreads.size();
    counts.processes = static_cast<uint32_t>(processes.size());
    for (const uint32_t pid : processes) counts.live += kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
    return counts;
}

}  // namespace raddle::launch
