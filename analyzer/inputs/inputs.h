// What a parse is made of: every question it put to the disk, and the answer. A parse with the same command whose
// questions get the same answers gives the same unit, also when the files are another checkout's; so this is what a
// cache compares and what a build system must depend on. Questions with the answer "no such file" count: a header that
// appears earlier on the include path changes what is parsed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace raddle::inputs {

// Of BLAKE3.
using Digest = std::array<uint8_t, 16>;
Digest digest(std::string_view bytes);
std::string hex(const Digest& digest);

// status: is there nothing, a file or a folder? content: of a file. listing: the names in a folder. target: the path
// without links.
enum class Question : uint8_t { status, content, listing, target };
enum class Found : uint8_t { nothing, file, folder };

struct Input {
    std::string path;  // absolute
    Question question = Question::status;
    Found found = Found::nothing;
    Digest digest{};  // of the content, the listing or the target

    bool operator==(const Input&) const = default;
};

// The disk as it was when it was first asked: each path is looked up and each file read once, whoever asks, so that all
// parses of a scan see the same and none sees half an edit. Thread-safe. Holds the content of the files that were read.
class Disk {
  public:
    Disk();
    ~Disk();

    // As if there were a file of that content at the path, or nothing. Before the first question.
    void pretend(const std::string& path, std::optional<std::string> content);

    // Whether the question has that answer.
    bool holds(const Input& input);

    class Files;  // the same for Clang: tracked_files.h
    Files& files() { return *files_; }

  private:
    std::unique_ptr<Files> files_;
};

// What one parse asked, by path and question, and whether the answers can be trusted to come again.
struct Record {
    std::vector<Input> inputs;
    bool repeatable = true;  // false: a file changed while it was read, or the parse crashed
};

}  // namespace raddle::inputs
