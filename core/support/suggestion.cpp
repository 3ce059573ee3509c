#include "core/support/suggestion.h"

#include <algorithm>
#include <numeric>

namespace raddle {
namespace {

constexpr size_t kLongestWord = 100;

size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> above(b.size() + 1), row(b.size() + 1);
    std::iota(above.begin(), above.end(), size_t{0});
    for (size_t i = 0; i < a.size(); ++i) {
        row[0] = i + 1;
        for (size_t j = 0; j < b.size(); ++j)
            row[j + 1] = std::min({above[j] + (a[i] != b[j]), above[j + 1] + 1, row[j] + 1});
        std::swap(above, row);
    }
    return above.back();
}

}  // namespace

std::string_view nearest(std::string_view given, const std::vector<std::string_view>& words) {
    std::string_view found;
    if (given.size() > kLongestWord) return found;
    size_t least = given.size() / 3 + 2;
    for (std::string_view word : words)
        if (size_t apart = distance(given, word); apart < least) {
            least = apart;
            found = word;
        }
    return found;
}

std::string suggestion(std::string_view given, const std::vector<std::string_view>& words) {
    if (const std::string_view word = nearest(given, words); !word.empty())
        return ": did you mean '" + std::string(word) + "'?";
    std::string list;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
        list += "'" + std::string(words[i]) + "'";
    }
    return words.empty() ? std::string() : ": " + list + " expected";
}

}  // namespace raddle
