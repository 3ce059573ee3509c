#include "trace/symbols/source_names.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>

namespace raddle::trace {
namespace {

constexpr uintmax_t kLargestFile = 8 << 20;
constexpr size_t kLongestLine = 400;
constexpr size_t kLongestName = 60;

// An expression of names, members, pointers and indexes: no calls, no operators.
#define RADDLE_PLACE R"(([A-Za-z_][\w:]*(?:(?:\.|->)[A-Za-z_]\w*|\[[^\[\]]*\])*))"

const std::vector<std::regex>& uses() {
    static const std::vector<std::regex> all = {
        // pthread_mutex_lock(&place …, sem_wait(place), mtx_lock(&place), std::lock_guard<M> name(place), …{place}
        std::regex(
            R"(\b(?:pthread_(?:mutex|rwlock|spin|cond|barrier)_\w+|sem_\w+|mtx_\w+|cnd_\w+)\s*\(\s*&?\s*)" RADDLE_PLACE
            R"(\s*[,)])"),
        std::regex(R"(\b(?:lock_guard|unique_lock|scoped_lock|shared_lock)\b[^;({]*[({]\s*\*?)" RADDLE_PLACE
                   R"(\s*[,)}])"),
        // place.lock(), place->notify_all(), place.wait(…
        std::regex(
            RADDLE_PLACE
            R"((?:\.|->)(?:lock|try_lock|lock_shared|unlock|wait|wait_for|wait_until|notify_one|notify_all|acquire|release|post)\s*\()"),
    };
    return all;
}

// `Name<…> variable(` or `{`, `name(`, `a->b.name(`: what is called, and where its arguments begin.
const std::regex& calls() {
    static const std::regex all(R"((?:)" RADDLE_PLACE
                                R"((?:\.|->))?([A-Za-z_]\w*)(?:<[^<>;]*>)?(?:\s+[A-Za-z_]\w*)?\s*[({])");
    return all;
}

#undef RADDLE_PLACE

std::string withoutComment(std::string_view line) {
    return line.size() > kLongestLine ? "" : std::string(line.substr(0, line.find("//")));
}

// An index that is not a short name or number says little.
std::string shortIndexes(const std::string& place) {
    static const std::regex longIndex(R"(\[(?!\w{1,12}\])[^\[\]]*\])");
    return std::regex_replace(place, longIndex, "[…]");
}

// An argument without what takes its address or follows it; empty when it is no place.
std::string placeOf(std::string_view argument) {
    static const std::regex place(
        R"(^[\s&*(]*((?:[A-Za-z_]\w*::)*[A-Za-z_]\w*(?:(?:\.|->)[A-Za-z_]\w*|\[[^\[\]]*\])*)[\s)]*$)");
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_match(argument.begin(), argument.end(), found, place)) return "";
    std::string text = shortIndexes(found[1].str());
    return text.size() <= kLongestName ? text : "";
}

// The arguments behind an opening bracket; none when the line ends before they do.
std::vector<std::string_view> argumentsFrom(std::string_view text) {
    std::vector<std::string_view> arguments;
    int depth = 0;
    size_t begin = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool closes = c == ')' || c == ']' || c == '}';
        if ((closes && depth == 0) || (c == ',' && depth == 0)) {
            arguments.push_back(text.substr(begin, i - begin));
            begin = i + 1;
            if (closes) return arguments;
        }
        depth += (c == '(' || c == '[' || c == '{') - closes;
    }
    return {};
}

struct Use {
    std::string object;
    std::string name;
    std::vector<std::string_view> arguments;
};

std::vector<Use> callsIn(const std::string& text) {
    std::vector<Use> found;
    // Overlapping: what is an argument of one call can be a call.
    std::smatch match;
    for (auto from = text.begin(); std::regex_search(from, text.end(), match, calls());
         from = match[2].matched ? match[2].second : match[0].second) {
        const auto behind = static_cast<size_t>(match[0].second - text.begin());
        found.push_back({match[1].str(), match[2].str(), argumentsFrom(std::string_view(text).substr(behind))});
    }
    return found;
}

bool isPartOfName(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// What a line sets a variable to, if it does.
std::optional<std::string_view> assignedIn(std::string_view text, std::string_view variable) {
    for (size_t at = text.find(variable); at != std::string_view::npos; at = text.find(variable, at + 1)) {
        const char before = at == 0 ? ' ' : text[at - 1];
        size_t behind = at + variable.size();
        if (isPartOfName(before) || before == '.' || before == '>') continue;
        while (behind < text.size() && text[behind] == ' ') ++behind;
        if (behind + 1 >= text.size() || text[behind] != '=' || text[behind + 1] == '=') continue;
        return text.substr(behind + 1, text.find(';', behind) - behind - 1);
    }
    return std::nullopt;
}

}  // namespace

std::string expressionIn(std::string_view line) {
    const std::string text = withoutComment(line);
    std::string found;
    for (const std::regex& use : uses())
        for (std::sregex_iterator it(text.begin(), text.end(), use), end; it != end; ++it) {
            if (!found.empty() && found != (*it)[1].str()) return "";
            found = (*it)[1].str();
        }
    found = shortIndexes(found);
    return found.size() <= kLongestName ? found : "";
}

bool isLockLike(std::string_view name) {
    static const std::regex words(
        "lock|mutex|mtx|guard|acquire|enter|wait|sleep|signal|notify|wake|post|sem|cond|monitor|latch|critical|barrier",
        std::regex::icase | std::regex::optimize);
    return std::regex_search(name.begin(), name.end(), words);
}

std::string likelyExpressionIn(std::string_view line) {
    const std::string text = withoutComment(line);
    std::string found;
    for (const Use& use : callsIn(text)) {
        if (!isLockLike(use.name)) continue;
        std::string place = use.arguments.empty() ? "" : placeOf(use.arguments[0]);
        if (place.empty()) place = placeOf(use.object);
        if (place.empty() || place == found) continue;
        if (!found.empty()) return "";
        found = place;
    }
    return found;
}

std::string passedIn(std::string_view line, std::string_view function, int argument) {
    const std::string text = withoutComment(line);
    std::optional<std::string> found;
    for (const Use& use : callsIn(text)) {
        if (use.name != function) continue;
        std::string place;
        if (argument == kObject)
            place = placeOf(use.object);
        else if (static_cast<size_t>(argument) < use.arguments.size())
            place = placeOf(use.arguments[static_cast<size_t>(argument)]);
        if (found && *found != place) return "";
        found = place;
    }
    return found.value_or("");
}

std::string SourceLines::assignedBefore(const SourceLocation& place, const SourceLocation& from,
                                        std::string_view variable) {
    constexpr uint32_t kMostLines = 200;
    if (from.file != place.file || from.line == 0 || from.line > place.line || place.line - from.line > kMostLines)
        return "";
    std::string found;
    for (uint32_t line = from.line; line <= place.line; ++line) {
        const std::string text = withoutComment(at({place.file, line, 0}));
        const std::optional<std::string_view> assigned = assignedIn(text, variable);
        if (!assigned) continue;
        const std::string set = placeOf(*assigned);
        if (set.empty() || (!found.empty() && set != found)) return "";
        found = set;
    }
    return found == variable ? "" : found;
}

std::string_view SourceLines::at(const SourceLocation& place) {
    if (place.file.empty() || place.line == 0) return "";
    auto [it, isNew] = files_.try_emplace(place.file);
    std::error_code error;
    const bool isReadable = isNew && std::filesystem::is_regular_file(place.file, error) && !error &&
                            std::filesystem::file_size(place.file, error) <= kLargestFile && !error;
    if (isReadable) {
        std::ifstream in(place.file);
        for (std::string line; std::getline(in, line);) it->second.push_back(line);
    }
    return place.line <= it->second.size() ? std::string_view(it->second[place.line - 1]) : std::string_view();
}

}  // namespace raddle::trace
