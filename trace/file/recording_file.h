// RecordingFile: the header and the chunks of a recording on disk. Finds every chunk that can be read, also
// in a file that is cut off or still being written; what the file claims is checked against its real size.
// Opening reads the chunk headers, once through the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/support/result.h"
#include "core/wire/format.h"
#include "trace/file/read_control.h"

namespace raddle::trace {

struct ChunkRef {
    uint64_t offset = 0;  // of the chunk's header in the file
    RaddleChunk header{};
    uint32_t committedBytes = 0;  // that are in the file
    bool isCut = false;           // the file ends inside the committed bytes
};

class RecordingFile {
  public:
    // Fails when the file cannot be read, is no recording or has another version.
    static Result<RecordingFile> open(const std::string& path, const ReadControl& control);

    RecordingFile(RecordingFile&& other) noexcept;
    RecordingFile& operator=(RecordingFile&&) = delete;
    ~RecordingFile();

    const RaddleFileHeader& header() const { return header_; }
    // By thread serial, then sequence; a repeated sequence number keeps the first chunk only.
    const std::vector<ChunkRef>& chunks() const { return chunks_; }
    // What threads counted instead of writing events; in no order.
    const std::vector<ChunkRef>& lockCounts() const { return lockCounts_; }
    const std::vector<ChunkRef>& callCounts() const { return callCounts_; }
    uint64_t tornBytes() const { return tornBytes_; }
    // How much shorter the file is than it was when its recording ended.
    uint64_t missingBytes() const;

    // Whether the recorded command ran on this machine and wrote to this very file when it was opened.
    bool isLive() const { return isLive_; }

    // The committed bytes of a chunk; valid until the next call. Fewer when the file shrank meanwhile, none when the
    // chunk was replaced by a newer one.
    std::string_view events(const ChunkRef& chunk);

  private:
    explicit RecordingFile(int fd) : fd_(fd) {}
    size_t readAt(uint64_t offset, void* into, size_t size) const;
    Result<> readHeader(const std::string& path);
    Result<> findChunks(const ReadControl& control);
    bool looksLive() const;
    uint64_t nextCandidate(uint64_t offset) const;
    void countTorn(const ChunkRef& chunk);

    int fd_ = -1;
    uint64_t size_ = 0;
    uint64_t tornBytes_ = 0;
    bool isLive_ = false;
    RaddleFileHeader header_{};
    std::vector<ChunkRef> chunks_;
    std::vector<ChunkRef> lockCounts_;
    std::vector<ChunkRef> callCounts_;
    std::vector<char> buffer_;
};

}  // namespace raddle::trace
