#include "analyzer/cache/store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <vector>

#include "core/support/file_system.h"

namespace raddle::cache {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "RADDLEC1";
constexpr size_t kHeader = kMagic.size() + std::tuple_size_v<inputs::Digest>;
constexpr std::time_t kLongestWrite = 3600;
constexpr const char* kUntrimmed = "untrimmed";  // how many bytes were put since the folder was last looked at
constexpr uint64_t kTrimAfter = 16;              // … which may be this part of the limit

// Backup programs leave a folder with this file out: bford.info/cachedir.
constexpr std::string_view kTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n# Translation units that raddle has read; may be removed at any "
    "time.\n";

std::string_view bytesOf(const inputs::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct Blob {
    timespec used;
    uint64_t size;
    std::string path;
};

std::vector<Blob> blobsIn(const std::string& folder) {
    std::vector<Blob> blobs;
    std::error_code error;
    for (const auto& part : fs::directory_iterator(folder, error)) {
        if (!part.is_directory(error)) continue;
        for (fs::directory_iterator it(part.path(), error), end; !error && it != end; it.increment(error)) {
            struct stat status;
            if (::stat(it->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
            // Another scan is writing it, unless it was killed over that.
            const bool isTemporary = it->path().stem().has_extension();
            if (!isTemporary || status.st_mtim.tv_sec + kLongestWrite < std::time(nullptr))
                blobs.push_back({status.st_mtim, static_cast<uint64_t>(status.st_size), it->path().string()});
        }
    }
    return blobs;
}

}  // namespace

std::string Store::pathOf(char kind, const inputs::Digest& key) const {
    const std::string name = inputs::hex(key);
    return folder_ + "/" + name.substr(0, 2) + "/" + name.substr(2) + "." + kind;
}

void Store::fail(Error error) {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
}

std::optional<Error> Store::firstError() {
    std::lock_guard lock(mutex_);
    return error_;
}

std::optional<std::string> Store::get(char kind, const inputs::Digest& key) {
    const std::string path = pathOf(kind, key);
    Result<std::string> blob = readFile(path);
    if (!blob.ok()) return std::nullopt;
    const std::string_view content = std::string_view(*blob).substr(std::min(kHeader, blob->size()));
    if (blob->size() < kHeader || !blob->starts_with(kMagic) ||
        std::string_view(*blob).substr(kMagic.size(), kHeader - kMagic.size()) != bytesOf(inputs::digest(content))) {
        ++damaged_;
        std::error_code ignored;
        fs::remove(path, ignored);
        return std::nullopt;
    }
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // used now; a folder that may only be read keeps its order
    return blob->substr(kHeader);
}

// Makes the folder.
bool Store::prepare() {
    std::call_once(prepared_, [&] {
        std::error_code error;
        fs::create_directories(folder_, error);
        if (error) return fail({"cannot be made: " + error.message(), folder_});
        if (!fs::exists(folder_ + "/CACHEDIR.TAG", error))
            if (Result<> written = writeFile(folder_ + "/CACHEDIR.TAG", kTag); !written.ok()) fail(written.error());
    });
    return !firstError();
}

void Store::put(char kind, const inputs::Digest& key, std::string_view content) {
    if (!prepare()) return;
    const std::string path = pathOf(kind, key);
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    std::string blob(kMagic);
    blob += bytesOf(inputs::digest(content));
    blob += content;
    if (Result<> written = writeFile(path, blob); !written.ok()) return fail(written.error());
    written_ += blob.size();
}

// Two scans may lose one's count: the folder is then looked at a little later.
uint64_t Store::addToUntrimmed(uint64_t bytes) const {
    const std::string file = folder_ + "/" + kUntrimmed;
    uint64_t before = 0;
    if (Result<std::string> text = readFile(file); text.ok())
        std::from_chars(text->data(), text->data() + text->size(), before);
    (void)writeFile(file, std::to_string(before + bytes));
    return before + bytes;
}

void Store::trim() {
    const uint64_t written = written_.exchange(0);
    if (written == 0 || addToUntrimmed(written) < limit_ / kTrimAfter) return;
    std::vector<Blob> blobs = blobsIn(folder_);
    uint64_t size = 0;
    for (const Blob& blob : blobs) size += blob.size;
    std::sort(blobs.begin(), blobs.end(), [](const Blob& a, const Blob& b) {
        return std::tie(a.used.tv_sec, a.used.tv_nsec, a.path) < std::tie(b.used.tv_sec, b.used.tv_nsec, b.path);
    });
    // What is left can grow by what is let in until the folder is looked at again.
    const uint64_t aim = limit_ - limit_ / kTrimAfter;
    std::error_code ignored;
    for (auto blob = blobs.begin(); blob != blobs.end() && size > aim; ++blob) {
        fs::remove(blob->path, ignored);
        size -= blob->size;
    }
    (void)writeFile(folder_ + "/" + kUntrimmed, "0");
}

}  // namespace raddle::cache
