// A folder of blobs under digests: what a cache keeps. Several scans may use one folder at once, since a blob appears
// whole or not at all and the same key always means the same content or one as good. Damaged blobs are removed and
// count as not there. trim() keeps the size within the limit by removing what was not used for longest.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/inputs/inputs.h"
#include "core/support/result.h"

namespace raddle::cache {

class Store {
  public:
    // The folder is made when something is first put into it.
    Store(std::string folder, uint64_t limitBytes) : folder_(std::move(folder)), limit_(limitBytes) {}

    // Thread-safe. `kind` tells blobs of different sorts apart.
    std::optional<std::string> get(char kind, const inputs::Digest& key);
    void put(char kind, const inputs::Digest& key, std::string_view content);

    // Looks at the whole folder, so only when enough was put for the limit to be in danger.
    void trim();

    const std::string& folder() const { return folder_; }
    size_t damaged() const { return damaged_; }
    // The first reason why something could not be put.
    std::optional<Error> firstError();

  private:
    std::string pathOf(char kind, const inputs::Digest& key) const;
    void fail(Error error);
    bool prepare();
    uint64_t addToUntrimmed(uint64_t bytes) const;

    std::string folder_;
    uint64_t limit_;
    std::atomic<size_t> damaged_ = 0;
    std::atomic<uint64_t> written_ = 0;
    std::once_flag prepared_;
    std::mutex mutex_;  // guards error_
    std::optional<Error> error_;
};

}  // namespace raddle::cache
