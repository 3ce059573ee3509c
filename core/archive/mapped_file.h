// A file's bytes as memory, read only: pages come when they are first looked at and can be given back at any time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "core/support/result.h"

namespace raddle::archive {

class MappedFile {
  public:
    // Of a file larger than `mostResident` no more than about so much stays in memory, however much of it is looked at:
    // a thread of its own looks after that. The file must not become shorter while it is mapped.
    static Result<std::shared_ptr<const MappedFile>> open(const std::string& path, uint64_t mostResident);

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    std::string_view bytes() const { return {data_, size_}; }

  private:
    MappedFile(const char* data, size_t size) : data_(data), size_(size) {}
    void keepBelow(uint64_t mostResident);

    const char* data_;
    size_t size_;
    std::atomic<bool> closing_ = false;
    std::thread keeper_;
};

}  // namespace raddle::archive
