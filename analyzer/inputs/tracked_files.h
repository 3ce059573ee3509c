// The disk of a scan as Clang's file system, and what one parse asks of it.
#pragma once

#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/inputs/inputs.h"

namespace raddle::inputs {

// One path. Each part is filled at the first question for it.
struct PathEntry {
    std::once_flag looked, read, listed, resolved;
    llvm::ErrorOr<llvm::vfs::Status> status = std::error_code();
    std::unique_ptr<llvm::MemoryBuffer> content;  // none: cannot be read
    std::error_code readError;
    Digest contentDigest{};
    bool changed = false;  // between the first look and the reading
    std::vector<std::pair<std::string, llvm::sys::fs::file_type>> names;
    std::error_code listError;
    Digest listDigest{};
    std::string target;
    std::error_code targetError;
};

class Disk::Files {
  public:
    // See Disk::pretend. Folders that it needs are there, too; listings of folders do not change.
    void pretend(llvm::StringRef path, std::optional<std::string> content);

    // Absolute paths only. Entries stay where they are.
    PathEntry& status(llvm::StringRef path);
    PathEntry& content(llvm::StringRef path);
    PathEntry& listing(llvm::StringRef path);
    PathEntry& target(llvm::StringRef path);

  private:
    static constexpr size_t kShards = 64;
    struct Shard {
        std::mutex mutex;  // guards entries, not what is in them
        std::unordered_map<std::string, PathEntry> entries;
    };
    PathEntry& entry(llvm::StringRef path);
    void pretendFolder(llvm::StringRef path);
    std::array<Shard, kShards> shards_;
};

// The file system of one parse: answers from a Disk and keeps what was asked. Not thread-safe.
class TrackedFiles : public llvm::vfs::FileSystem {
  public:
    explicit TrackedFiles(Disk::Files& disk) : disk_(disk) {}

    llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine& path) override;
    llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine& path) override;
    llvm::vfs::directory_iterator dir_begin(const llvm::Twine& folder, std::error_code& error) override;
    llvm::ErrorOr<std::string> getCurrentWorkingDirectory() const override { return directory_; }
    std::error_code setCurrentWorkingDirectory(const llvm::Twine& path) override;
    std::error_code getRealPath(const llvm::Twine& path, llvm::SmallVectorImpl<char>& output) override;
    std::error_code isLocal(const llvm::Twine& path, bool& local) override;

    // In order of paths.
    Record record() const;

  private:
    std::string absolute(const llvm::Twine& path) const;
    void note(const std::string& path, Question question, const PathEntry& entry);

    Disk::Files& disk_;
    std::string directory_;
    std::map<std::pair<std::string, Question>, const PathEntry*> asked_;
};

}  // namespace raddle::inputs
