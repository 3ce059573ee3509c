#include "trace/file/recording_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <tuple>

namespace raddle::trace {
namespace {

constexpr size_t kScanBytes = 1 << 16;
// A torn event is at most some kilobytes; looking further for one would only read unused space.
constexpr uint64_t kMostTornBytes = 1 << 14;

static_assert(sizeof(RaddleFileHeader) == kRaddleHeaderSize);
static_assert(sizeof(RaddleChunk) == kRaddleChunkHeaderSize);

// A chunk may reach past the end of a file that was cut: what is there is still good.
bool isChunk(const RaddleChunk& header) {
    uint64_t committed = header.committed & 0xffffffff;
    return header.magic == RADDLE_CHUNK_MAGIC && header.size >= kRaddleChunkHeaderSize &&
           header.size % kRaddleChunkAlign == 0 && kRaddleChunkHeaderSize + committed <= header.size;
}

}  // namespace

RecordingFile::RecordingFile(RecordingFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      tornBytes_(other.tornBytes_),
      isLive_(other.isLive_),
      header_(other.header_),
      chunks_(std::move(other.chunks_)),
      lockCounts_(std::move(other.lockCounts_)),
      callCounts_(std::move(other.callCounts_)),
      buffer_(std::move(other.buffer_)) {}

RecordingFile::~RecordingFile() {
    if (fd_ >= 0) ::close(fd_);
}

Result<RecordingFile> RecordingFile::open(const std::string& path, const ReadControl& control) {
    RecordingFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.fd_ < 0) return Error{std::string("cannot open: ") + std::strerror(errno), path};
    struct stat status;
    if (::fstat(file.fd_, &status) != 0 || !S_ISREG(status.st_mode)) return Error{"not a raddle recording", path};
    file.size_ = static_cast<uint64_t>(status.st_size);
    TRY(file.readHeader(path));
    file.isLive_ = file.looksLive();
    TRY(file.findChunks(control));
    return file;
}

size_t RecordingFile::readAt(uint64_t offset, void* into, size_t size) const {
    size_t done = 0;
    while (done < size) {
        ssize_t n = ::pread(fd_, static_cast<char*>(into) + done, size - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<size_t>(n);
    }
    return done;
}

Result<> RecordingFile::readHeader(const std::string& path) {
    size_t size = readAt(0, &header_, sizeof header_);
    constexpr size_t kMagicSize = sizeof header_.magic;
    constexpr size_t kVersionEnd = offsetof(RaddleFileHeader, version) + sizeof header_.version;
    if (size < kVersionEnd || std::memcmp(header_.magic, RADDLE_FILE_MAGIC, kMagicSize) != 0)
        return Error{"not a raddle recording", path};
    if (header_.version != kRaddleVersion)
        return Error{"recording version " + std::to_string(header_.version) + " is not one this raddle reads (" +
                         std::to_string(kRaddleVersion) + ")",
                     path};
    if (size < sizeof header_) return Error{"recording is cut off in its header", path};
    if (header_.headerSize != kRaddleHeaderSize || header_.chunkHeaderSize != kRaddleChunkHeaderSize)
        return Error{"recording has a broken header", path};
    return Unit{};
}

// The next place at or behind `offset` that is not a hole, aligned. Holes can be far larger than the data.
uint64_t RecordingFile::nextCandidate(uint64_t offset) const {
    off_t data = ::lseek(fd_, static_cast<off_t>(offset), SEEK_DATA);
    if (data < 0) return errno == ENXIO ? size_ : offset;
    return std::max(offset, static_cast<uint64_t>(data) / kRaddleChunkAlign * kRaddleChunkAlign);
}

Result<> RecordingFile::findChunks(const ReadControl& control) {
    std::vector<char> window(kScanBytes);
    uint64_t windowAt = 0;
    size_t windowSize = 0;
    uint64_t offset = kRaddleHeaderSize;
    while (offset + kRaddleChunkHeaderSize <= size_) {
        if (control.cancelled && *control.cancelled) return Error{"cancelled"};
        if (offset < windowAt || offset + kRaddleChunkHeaderSize > windowAt + windowSize) {
            offset = windowAt = nextCandidate(offset);
            // Headers are far apart in a healthy file, so a whole window is worth reading only in a gap.
            windowSize = readAt(windowAt, window.data(), kRaddleChunkHeaderSize);
            if (windowSize < kRaddleChunkHeaderSize) break;
        }
        ChunkRef chunk;
        std::memcpy(&chunk.header, window.data() + (offset - windowAt), sizeof chunk.header);
        if (!isChunk(chunk.header)) {
            offset += kRaddleChunkAlign;
            if (offset + kRaddleChunkHeaderSize > windowAt + windowSize) {
                offset = windowAt = nextCandidate(offset);
                windowSize = readAt(windowAt, window.data(), window.size());
                if (windowSize < kRaddleChunkHeaderSize) break;
            }
            continue;
        }
        chunk.offset = offset;
        uint64_t inFile = size_ - offset - kRaddleChunkHeaderSize;
        uint64_t committed = chunk.header.committed & 0xffffffff;
        chunk.isCut = committed > inFile;
        chunk.committedBytes = static_cast<uint32_t>(std::min(committed, inFile));
        if (chunk.header.kind == kRaddleThreadEvents) {
            countTorn(chunk);
            chunks_.push_back(chunk);
        }
        auto hasRows = [&](size_t size) { return chunk.committedBytes == size; };
        if (chunk.header.kind == kRaddleLockCounts && hasRows(kRaddleCountRows * sizeof(RaddleLockCount)))
            lockCounts_.push_back(chunk);
        if (chunk.header.kind == kRaddleCallCounts && hasRows(kRaddleCallRows * sizeof(RaddleCallCount)))
            callCounts_.push_back(chunk);
        offset += chunk.header.size;
    }
    auto key = [](const ChunkRef& c) { return std::tuple(c.header.thread, c.header.sequence, c.offset); };
    std::sort(chunks_.begin(), chunks_.end(), [&](auto& a, auto& b) { return key(a) < key(b); });
    auto isRepeated = [](const ChunkRef& a, const ChunkRef& b) {
        return a.header.thread == b.header.thread && a.header.sequence == b.header.sequence;
    };
    chunks_.erase(std::unique(chunks_.begin(), chunks_.end(), isRepeated), chunks_.end());
    return Unit{};
}

// Bytes written behind the last whole event: unused space is zero.
void RecordingFile::countTorn(const ChunkRef& chunk) {
    uint64_t begin = chunk.offset + kRaddleChunkHeaderSize + chunk.committedBytes;
    uint64_t end = std::min({chunk.offset + chunk.header.size, size_, begin + kMostTornBytes});
    if (begin >= end) return;
    buffer_.resize(end - begin);
    size_t size = readAt(begin, buffer_.data(), buffer_.size());
    while (size > 0 && buffer_[size - 1] == 0) --size;
    tornBytes_ += size;
}

uint64_t RecordingFile::missingBytes() const {
    // While recording, and when the disk was full, chunks are claimed before their space is there.
    bool isSettled = header_.endKind != kRaddleRunning && header_.stopped == kRaddleNotStopped;
    return isSettled && header_.fileEnd > size_ ? header_.fileEnd - size_ : 0;
}

bool RecordingFile::looksLive() const {
    if (header_.endKind != kRaddleRunning) return false;
    // Process ids are used again, so only a process that has this file mapped counts.
    std::ifstream maps("/proc/" + std::to_string(header_.rootPid) + "/maps");
    struct stat own;
    if (!maps || ::fstat(fd_, &own) != 0) return false;
    for (std::string line; std::getline(maps, line);) {
        unsigned deviceMajor = 0, deviceMinor = 0;
        unsigned long long inode = 0;
        if (std::sscanf(line.c_str(), "%*s %*s %*s %x:%x %llu", &deviceMajor, &deviceMinor, &inode) != 3) continue;
        if (inode == own.st_ino && deviceMajor == major(own.st_dev) && deviceMinor == minor(own.st_dev)) return true;
    }
    return false;
}

std::string_view RecordingFile::events(const ChunkRef& chunk) {
    buffer_.resize(chunk.committedBytes);
    size_t size = readAt(chunk.offset + kRaddleChunkHeaderSize, buffer_.data(), buffer_.size());
    if (isLive_ && header_.keepMs != 0) {
        RaddleChunk now{};
        readAt(chunk.offset, &now, sizeof now);
        bool isSame = now.magic == RADDLE_CHUNK_MAGIC && now.thread == chunk.header.thread &&
                      now.sequence == chunk.header.sequence;
        if (!isSame) return {};
    }
    return {buffer_.data(), size};
}

}  // namespace raddle::trace
