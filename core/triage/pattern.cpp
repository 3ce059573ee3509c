#include "core/triage/pattern.h"

#include <string>
#include <vector>

namespace raddle::triage {
namespace {

// Which lengths of `text` the pattern read so far matches.
using Reached = std::vector<bool>;

void passAny(Reached& reached, std::string_view text, bool alsoSlashes) {
    for (size_t i = 0; i < text.size(); ++i)
        if (reached[i] && (alsoSlashes || text[i] != '/')) reached[i + 1] = true;
}

void passOne(Reached& reached, std::string_view text, char wanted) {
    for (size_t i = text.size(); i > 0; --i)
        reached[i] = reached[i - 1] && (wanted == '?' ? text[i - 1] != '/' : text[i - 1] == wanted);
    reached[0] = false;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
    Reached reached(text.size() + 1);
    reached[0] = true;
    while (!pattern.empty()) {
        const bool isAny = pattern[0] == '*';
        const bool isDeep = pattern.starts_with("**");
        if (isAny)
            passAny(reached, text, isDeep);
        else
            passOne(reached, text, pattern[0]);
        pattern.remove_prefix(isDeep ? 2 : 1);
    }
    return reached.back();
}

bool matchesPath(std::string_view pattern, std::string_view path) {
    if (pattern.ends_with('/')) pattern.remove_suffix(1);
    const bool anywhere = pattern.find('/') == std::string_view::npos;
    if (pattern.starts_with('/') && !path.starts_with('/')) pattern.remove_prefix(1);
    for (size_t end = path.find('/', 1); !path.empty(); end = path.find('/', end + 1)) {
        const std::string_view upTo = path.substr(0, end);
        if (matches(pattern, upTo)) return true;
        if (anywhere && matches(pattern, upTo.substr(upTo.rfind('/') + 1))) return true;
        if (end == std::string_view::npos) break;
    }
    return false;
}

bool hasWildcard(std::string_view pattern) {
    return pattern.find_first_of("*?") != std::string_view::npos;
}

}  // namespace raddle::triage
