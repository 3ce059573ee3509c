#include "analyzer/inputs/inputs.h"

#include <llvm/Support/BLAKE3.h>

#include "analyzer/inputs/tracked_files.h"

namespace raddle::inputs {
namespace {

struct Answer {
    Found found = Found::nothing;
    Digest digest{};
};

Answer answerOf(Question question, const PathEntry& entry) {
    Answer answer;
    if (!entry.status) return answer;
    answer.found = entry.status->isDirectory() ? Found::folder : Found::file;
    if (question == Question::content) answer.digest = entry.contentDigest;
    if (question == Question::listing) answer.digest = entry.listDigest;
    if (question == Question::target) answer.digest = digest(entry.target);
    return answer;
}

}  // namespace

Digest digest(std::string_view bytes) {
    return llvm::BLAKE3::hash<std::tuple_size_v<Digest>>(
        llvm::ArrayRef(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

std::string hex(const Digest& digest) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (uint8_t byte : digest) {
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

Disk::Disk() : files_(std::make_unique<Files>()) {}
Disk::~Disk() = default;

void Disk::pretend(const std::string& path, std::optional<std::string> content) {
    files_->pretend(path, std::move(content));
}

bool Disk::holds(const Input& input) {
    const auto entry = [&]() -> const PathEntry& {
        switch (input.question) {
            case Question::content:
                return files_->content(input.path);
            case Question::listing:
                return files_->listing(input.path);
            case Question::target:
                return files_->target(input.path);
            case Question::status:
                break;
        }
        return files_->status(input.path);
    };
    const Answer now = answerOf(input.question, entry());
    return now.found == input.found && now.digest == input.digest;
}

Record TrackedFiles::record() const {
    Record record;
    record.inputs.reserve(asked_.size());
    for (const auto& [key, entry] : asked_) {
        // What was read was also looked at.
        record.repeatable = record.repeatable && !entry->changed;
        const Answer answer = answerOf(key.second, *entry);
        record.inputs.push_back({key.first, key.second, answer.found, answer.digest});
    }
    return record;
}

}  // namespace raddle::inputs
