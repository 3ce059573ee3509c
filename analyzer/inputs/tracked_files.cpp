#include "analyzer/inputs/tracked_files.h"

#include <llvm/Support/Path.h>

#include <algorithm>

namespace raddle::inputs {
namespace {

using llvm::vfs::Status;

// A file whose content the disk keeps.
class KeptFile : public llvm::vfs::File {
  public:
    KeptFile(const PathEntry& entry, std::string name) : entry_(entry), name_(std::move(name)) {}

    llvm::ErrorOr<Status> status() override { return Status::copyWithNewName(*entry_.status, name_); }
    llvm::ErrorOr<std::string> getName() override { return name_; }
    llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine& name, int64_t, bool needsNull,
                                                                 bool) override {
        llvm::SmallString<256> storage;
        return llvm::MemoryBuffer::getMemBuffer(entry_.content->getBuffer(), name.toStringRef(storage), needsNull);
    }
    std::error_code close() override { return {}; }

  protected:
    void setPath(const llvm::Twine& path) override { name_ = path.str(); }

  private:
    const PathEntry& entry_;
    std::string name_;
};

class Listing : public llvm::vfs::detail::DirIterImpl {
  public:
    Listing(const PathEntry& entry, std::string folder) : entry_(entry), folder_(std::move(folder)) { show(); }
    std::error_code increment() override {
        ++next_;
        show();
        return {};
    }

  private:
    void show() {
        CurrentEntry = {};
        if (next_ == entry_.names.size()) return;
        llvm::SmallString<256> path(folder_);
        llvm::sys::path::append(path, entry_.names[next_].first);
        CurrentEntry = {std::string(path), entry_.names[next_].second};
    }
    const PathEntry& entry_;
    std::string folder_;
    size_t next_ = 0;
};

}  // namespace

PathEntry& Disk::Files::entry(llvm::StringRef path) {
    std::string key(path);
    Shard& shard = shards_[std::hash<std::string>()(key) % kShards];
    std::lock_guard lock(shard.mutex);
    return shard.entries[std::move(key)];
}

void Disk::Files::pretendFolder(llvm::StringRef path) {
    llvm::sys::fs::file_status real;
    if (path.empty() || !llvm::sys::fs::status(path, real)) return;
    PathEntry& found = entry(path);
    std::call_once(found.looked, [&] {
        found.status = Status(path, llvm::vfs::getNextVirtualUniqueID(), {}, 0, 0, 0,
                              llvm::sys::fs::file_type::directory_file, llvm::sys::fs::perms::all_all);
    });
    std::call_once(found.listed, [&] { found.listDigest = digest({}); });
    std::call_once(found.resolved, [&] { found.target = std::string(path); });
    pretendFolder(llvm::sys::path::parent_path(path));
}

void Disk::Files::pretend(llvm::StringRef path, std::optional<std::string> content) {
    PathEntry& found = entry(path);
    std::call_once(found.looked, [&] {
        if (content)
            found.status = Status(path, llvm::vfs::getNextVirtualUniqueID(), {}, 0, 0, content->size(),
                                  llvm::sys::fs::file_type::regular_file, llvm::sys::fs::perms::all_all);
        else
            found.status = make_error_code(std::errc::no_such_file_or_directory);
    });
    if (!content) return;
    std::call_once(found.read, [&] {
        found.contentDigest = digest(*content);
        found.content = llvm::MemoryBuffer::getMemBufferCopy(*content, path);
    });
    std::call_once(found.resolved, [&] { found.target = std::string(path); });
    pretendFolder(llvm::sys::path::parent_path(path));
}

PathEntry& Disk::Files::status(llvm::StringRef path) {
    PathEntry& found = entry(path);
    std::call_once(found.looked, [&] {
        llvm::sys::fs::file_status real;
        if (const std::error_code error = llvm::sys::fs::status(path, real))
            found.status = error;
        else
            found.status = Status::copyWithNewName(real, path);
    });
    return found;
}

PathEntry& Disk::Files::content(llvm::StringRef path) {
    PathEntry& found = status(path);
    std::call_once(found.read, [&] {
        if (!found.status || found.status->isDirectory()) {
            found.readError = found.status ? make_error_code(std::errc::is_a_directory) : found.status.getError();
            return;
        }
        // Read, not mapped: an editor may cut the file while it is parsed.
        auto buffer = llvm::MemoryBuffer::getFile(path, false, true, true);
        if (!buffer) {
            found.readError = buffer.getError();
            return;
        }
        found.content = std::move(*buffer);
        found.contentDigest = digest({found.content->getBufferStart(), found.content->getBufferSize()});
        found.changed = found.status->isRegularFile() && found.status->getSize() != found.content->getBufferSize();
    });
    return found;
}

PathEntry& Disk::Files::listing(llvm::StringRef path) {
    PathEntry& found = status(path);
    std::call_once(found.listed, [&] {
        for (llvm::sys::fs::directory_iterator it(path, found.listError), end; !found.listError && it != end;
             it.increment(found.listError))
            found.names.emplace_back(llvm::sys::path::filename(it->path()), it->type());
        std::sort(found.names.begin(), found.names.end());
        std::string all;
        for (const auto& [name, type] : found.names) all += name + '\0' + static_cast<char>(type);
        found.listDigest = digest(all);
    });
    return found;
}

PathEntry& Disk::Files::target(llvm::StringRef path) {
    PathEntry& found = status(path);
    std::call_once(found.resolved, [&] {
        llvm::SmallString<256> real;
        found.targetError = llvm::sys::fs::real_path(path, real);
        found.target = std::string(real);
    });
    return found;
}

std::string TrackedFiles::absolute(const llvm::Twine& path) const {
    llvm::SmallString<256> text;
    path.toVector(text);
    if (!directory_.empty()) llvm::sys::fs::make_absolute(directory_, text);
    return std::string(text);
}

void TrackedFiles::note(const std::string& path, Question question, const PathEntry& entry) {
    asked_.try_emplace({path, question}, &entry);
}

llvm::ErrorOr<Status> TrackedFiles::status(const llvm::Twine& path) {
    const std::string whole = absolute(path);
    const PathEntry& entry = disk_.status(whole);
    note(whole, Question::status, entry);
    if (!entry.status) return entry.status.getError();
    return Status::copyWithNewName(*entry.status, path);
}

llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> TrackedFiles::openFileForRead(const llvm::Twine& path) {
    const std::string whole = absolute(path);
    const PathEntry& entry = disk_.content(whole);
    note(whole, Question::content, entry);
    if (!entry.content) return entry.readError;
    return std::make_unique<KeptFile>(entry, path.str());
}

llvm::vfs::directory_iterator TrackedFiles::dir_begin(const llvm::Twine& folder, std::error_code& error) {
    const std::string whole = absolute(folder);
    const PathEntry& entry = disk_.listing(whole);
    note(whole, Question::listing, entry);
    error = entry.listError;
    if (error) return {};
    return llvm::vfs::directory_iterator(std::make_shared<Listing>(entry, folder.str()));
}

std::error_code TrackedFiles::setCurrentWorkingDirectory(const llvm::Twine& path) {
    const std::string whole = absolute(path);
    const PathEntry& entry = disk_.status(whole);
    note(whole, Question::status, entry);
    if (!entry.status) return entry.status.getError();
    if (!entry.status->isDirectory()) return make_error_code(std::errc::not_a_directory);
    directory_ = whole;
    return {};
}

std::error_code TrackedFiles::getRealPath(const llvm::Twine& path, llvm::SmallVectorImpl<char>& output) {
    const std::string whole = absolute(path);
    const PathEntry& entry = disk_.target(whole);
    note(whole, Question::target, entry);
    if (!entry.targetError) output.assign(entry.target.begin(), entry.target.end());
    return entry.targetError;
}

std::error_code TrackedFiles::isLocal(const llvm::Twine& path, bool& local) {
    return llvm::sys::fs::is_local(absolute(path), local);
}

}  // namespace raddle::inputs
