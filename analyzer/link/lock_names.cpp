#include "analyzer/link/lock_names.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "core/support/text.h"

namespace raddle::link {
namespace {

// In lower case and without digits.
std::vector<std::string> wordsOf(std::string_view key) {
    key = key.substr(0, key.find_first_of("(@"));
    if (const size_t colon = key.rfind("::"); colon != std::string_view::npos) key.remove_prefix(colon + 2);
    std::vector<std::string> words;
    bool within = false, wasUpper = false;
    for (char c : key) {
        const auto letter = static_cast<unsigned char>(c);
        if (!std::isalpha(letter)) {
            within = within && std::isdigit(letter);
            continue;
        }
        const bool upper = std::isupper(letter);
        if (!within || (upper && !wasUpper)) words.emplace_back();
        words.back() += static_cast<char>(std::tolower(letter));
        within = true;
        wasUpper = upper;
    }
    return words;
}

}  // namespace

std::optional<LockChange> lockChangeOf(std::string_view key) {
    std::vector<std::string> words = wordsOf(key);
    if (words.empty()) return std::nullopt;
    const auto says = [&](std::initializer_list<std::string_view> any) {
        return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
            return std::find(any.begin(), any.end(), word) != any.end();
        });
    };
    if (says({"try", "is", "init", "free", "new", "destroy", "no"})) return std::nullopt;
    LockChange change;
    change.words = joined(words);
    std::string& last = words.back();
    if (last == "unlock" || last == "rdunlock" || last == "wrunlock") {
        last.erase(last.find("un"), 2);
    } else if (last == "lock" || last == "rdlock" || last == "wrlock") {
        change.acquires = true;
        change.mode =
            last == "rdlock" || says({"read", "rd", "shared"}) ? ir::LockMode::shared : ir::LockMode::exclusive;
        last.insert(last.size() - 4, "un");
    } else {
        return std::nullopt;
    }
    change.counterpart = joined(words);
    return change;
}

}  // namespace raddle::link
