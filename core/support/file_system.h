// The seam to the file system: whole files in and out, with errors that name the file.
#pragma once

#include <string>
#include <string_view>

#include "core/support/result.h"

namespace raddle {

// The whole content. Fails on a missing, unreadable or directory path.
Result<std::string> readFile(const std::string& path);

// Writes a temporary file beside `path` and renames it, so that a reader never sees half a file and a
// failure (full disk, unwritable folder) leaves what was there before. A path that exists and is not a
// regular file (/dev/stdout, a pipe) is written to directly.
Result<> writeFile(const std::string& path, std::string_view content);

// Whether writeFile() has a chance: said before long work whose result would be lost.
Result<> checkWritable(const std::string& path);

// writeFile() piece by piece, for what is too large to hold: nothing is at `path` (or what was there before) until
// commit().
class FileWriter {
  public:
    static Result<FileWriter> open(const std::string& path);
    FileWriter(FileWriter&& other) noexcept;
    FileWriter& operator=(FileWriter&&) = delete;
    ~FileWriter();  // removes the temporary file if it was not committed

    // After a failure nothing more is written; commit() says what it was.
    void write(std::string_view content);
    bool failed() const { return !error_.message.empty(); }
    Result<> commit();

  private:
    FileWriter() = default;

    std::string path_;
    std::string temporary_;  // empty: written to `path_` directly
    int fd_ = -1;
    Error error_;
};

}  // namespace raddle
