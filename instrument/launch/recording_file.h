// The recording as the launcher sees it: it creates the file with its header, ends it, and counts what is in
// it. Created with mode 0600, exclusively and following no links; an existing file is replaced only when it is
// empty or a recording, or when the user insists.
#pragma once

#include <cstdint>
#include <string>

#include "core/support/result.h"
#include "core/wire/format.h"

namespace raddle::launch {

// What the recorder is to hold to and to do; 0: no limit, no sampling.
struct Limits {
    uint64_t bytes = 0;
    uint32_t keepMs = 0;
    uint32_t samplePeriodNs = 0;
    uint32_t budget = 0;  // thousandths of CPU time
};

class RecordingFile {
  public:
    // The file appears under `path` with a complete header, or not at all.
    static Result<RecordingFile> create(const std::string& path, uint32_t rootPid, const Limits& limits, bool force);

    RecordingFile(RecordingFile&& other) noexcept;
    RecordingFile& operator=(RecordingFile&&) = delete;
    ~RecordingFile();

    const std::string& path() const { return path_; }  // absolute

    void remove();

    struct Counts {
        uint64_t bytes = 0;
        uint64_t threads = 0;
        uint64_t events = 0;
        uint64_t dropped = 0;
        uint32_t live = 0;  // recorded processes that run still
        uint32_t processes = 0;
        uint32_t images = 0;  // programs that they ran
        uint32_t stopped = kRaddleNotStopped;
    };
    // Walks the chunks' headers: linear in chunks, not in events.
    Counts count() const;

    // The recorded command has ended so; returns what is in the file then.
    Counts end(RaddleEnd kind, uint32_t status);

  private:
    RecordingFile(std::string path, int fd, RaddleFileHeader* header)
        : path_(std::move(path)), fd_(fd), header_(header) {}

    std::string path_;
    int fd_ = -1;
    RaddleFileHeader* header_ = nullptr;
};

}  // namespace raddle::launch
