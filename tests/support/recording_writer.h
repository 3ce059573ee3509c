// RecordingWriter: recordings written by hand, byte for byte as docs/trace-format.md says, for tests of what
// reads them. Ticks are nanoseconds and time 0 is tick 1000.
//
//     RecordingWriter recording;
//     ChunkWriter& main = recording.chunk(1, 1, 100, 100);   // image, thread, pid, tid
//     main.define(kRaddleDefineSite, 0, kRaddleMutex, 0x5000, Frames{0x1234});
//     main.event(kRaddleAcquire, 50, 0);                     // at 50 ns, on site slot 0
//     writeFile(path, recording.bytes());
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/format.h"

namespace raddle::test {

using Frames = std::vector<uint64_t>;
using Strings = std::vector<std::string>;

class ChunkWriter {
  public:
    ChunkWriter(uint32_t image, uint32_t thread, uint32_t pid, uint32_t tid, uint32_t sequence);

    template <class... Operands>
    ChunkWriter& define(uint8_t op, const Operands&... operands) {
        events_ += static_cast<char>(op);
        (put(operands), ...);
        return *this;
    }
    // At `atNs`, which must not be before the event before. Give `op | RADDLE_SAME_SITE` without the site.
    template <class... Operands>
    ChunkWriter& event(uint8_t op, int64_t atNs, const Operands&... operands) {
        beginEvent(op, atNs);
        (put(operands), ...);
        return *this;
    }
    ChunkWriter& raw(std::string_view bytes) {
        events_ += bytes;
        return *this;
    }

    RaddleChunk header{};      // change what should be wrong; committed and size are filled in by bytes()
    uint32_t spareBytes = 64;  // unused at the end
    std::string tornBytes;     // behind the committed ones

    std::string bytes() const;

  private:
    void beginEvent(uint8_t op, int64_t atNs);
    void put(uint64_t value);
    void put(int value) { put(static_cast<uint64_t>(value)); }
    void put(unsigned value) { put(uint64_t{value}); }
    void put(const std::string& text);
    void put(const char* text) { put(std::string(text)); }
    void put(const Strings& list);
    void put(const Frames& frames);

    std::string events_;
    uint64_t ticks_;
    uint32_t timedEvents_ = 0;
};

class RecordingWriter {
  public:
    static constexpr uint64_t kStartTicks = 1000;

    RecordingWriter();

    RaddleFileHeader header{};

    // A further chunk; its sequence number is the thread's next. Stays valid as others are added.
    ChunkWriter& chunk(uint32_t image, uint32_t thread, uint32_t pid, uint32_t tid);
    // How the recording ended; without, it is still running.
    void end(int64_t atNs, RaddleEnd kind = kRaddleExited, uint32_t status = 0);

    std::string bytes() const;

  private:
    std::deque<ChunkWriter> chunks_;
};

// A file in memory, with a path that this process and its children can open; gone at the end of the scope.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view content);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    const std::string& path() const { return path_; }

  private:
    int fd_;
    std::string path_;
};

}  // namespace raddle::test
