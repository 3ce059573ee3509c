#include "tests/support/recording_writer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "core/wire/varint.h"

namespace raddle::test {
namespace {

template <class T>
std::string bytesOf(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace

ChunkWriter::ChunkWriter(uint32_t image, uint32_t thread, uint32_t pid, uint32_t tid, uint32_t sequence)
    : ticks_(RecordingWriter::kStartTicks) {
    header.magic = RADDLE_CHUNK_MAGIC;
    header.kind = kRaddleThreadEvents;
    header.image = image;
    header.thread = thread;
    header.pid = pid;
    header.tid = tid;
    header.sequence = sequence;
    header.baseTicks = header.baseMonotonicNs = ticks_;
}

void ChunkWriter::beginEvent(uint8_t op, int64_t atNs) {
    uint64_t ticks = RecordingWriter::kStartTicks + static_cast<uint64_t>(atNs);
    events_ += static_cast<char>(op);
    put(ticks - ticks_);
    ticks_ = ticks;
    ++timedEvents_;
}

void ChunkWriter::put(uint64_t value) {
    uint8_t buffer[kRaddleMaxVarint];
    uint8_t* end = raddlePutVarint(buffer, value);
    events_.append(reinterpret_cast<char*>(buffer), static_cast<size_t>(end - buffer));
}

void ChunkWriter::put(const std::string& text) {
    put(uint64_t{text.size()});
    events_ += text;
}

void ChunkWriter::put(const Strings& list) {
    put(uint64_t{list.size()});
    for (const std::string& text : list) put(text);
}

void ChunkWriter::put(const Frames& frames) {
    put(uint64_t{frames.size()});
    for (size_t i = 0; i < frames.size(); ++i) put(i == 0 ? frames[0] : raddleZigzag(frames[i] - frames[i - 1]));
}

std::string ChunkWriter::bytes() const {
    std::string body = events_ + tornBytes;
    body.resize((body.size() + spareBytes + kRaddleChunkAlign - 1) / kRaddleChunkAlign * kRaddleChunkAlign);
    RaddleChunk full = header;
    if (full.committed == 0) full.committed = uint64_t{timedEvents_} << 32 | events_.size();
    if (full.size == 0) full.size = static_cast<uint32_t>(kRaddleChunkHeaderSize + body.size());
    return bytesOf(full) + body;
}

RecordingWriter::RecordingWriter() {
    std::memcpy(header.magic, RADDLE_FILE_MAGIC, sizeof header.magic);
    header.version = kRaddleVersion;
    header.headerSize = kRaddleHeaderSize;
    header.chunkHeaderSize = kRaddleChunkHeaderSize;
    header.clock = kRaddleClockMonotonic;
    header.rootPid = 100;
    header.startTicks = header.startMonotonicNs = kStartTicks;
    header.startRealtimeNs = 1'700'000'000'000'000'000u;
}

ChunkWriter& RecordingWriter::chunk(uint32_t image, uint32_t thread, uint32_t pid, uint32_t tid) {
    auto isSame = [&](const ChunkWriter& c) { return c.header.thread == thread; };
    auto sequence = static_cast<uint32_t>(std::count_if(chunks_.begin(), chunks_.end(), isSame));
    return chunks_.emplace_back(image, thread, pid, tid, sequence);
}

void RecordingWriter::end(int64_t atNs, RaddleEnd kind, uint32_t status) {
    header.endTicks = header.endMonotonicNs = kStartTicks + static_cast<uint64_t>(atNs);
    header.endKind = kind;
    header.endStatus = status;
}

std::string RecordingWriter::bytes() const {
    std::string chunks;
    for (const ChunkWriter& chunk : chunks_) chunks += chunk.bytes();
    RaddleFileHeader full = header;
    full.fileEnd = kRaddleHeaderSize + chunks.size();
    return bytesOf(full) + chunks;
}

MemoryFile::MemoryFile(std::string_view content)
    : fd_(::memfd_create("recording", MFD_CLOEXEC)),
      path_("/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_)) {
    if (fd_ < 0 || ::pwrite(fd_, content.data(), content.size(), 0) != static_cast<ssize_t>(content.size()))
        throw std::runtime_error("cannot write a file in memory");
}

MemoryFile::~MemoryFile() {
    ::close(fd_);
}

}  // namespace raddle::test
