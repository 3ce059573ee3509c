#include "trace/symbols/source_names.h"

#include <filesystem>
#include <fstream>
#include <regex>

namespace raddle::trace {
namespace {

constexpr uintmax_t kLargestFile = 8 << 20;
constexpr size_t kLongestLine = 400;
constexpr size_t kLongestName = 60;

// An expression of names, members, pointers and indexes: no calls, no operators.
#define RADDLE_PLACE R"(([A-Za-z_][\w:]*(?:(?:\.|->)[A-Za-z_]\w*|\[[\w.>-]*\])*))"

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

#undef RADDLE_PLACE

}  // namespace

std::string expressionIn(std::string_view line) {
    if (line.size() > kLongestLine) return "";
    std::string text(line.substr(0, line.find("//")));
    std::string found;
    for (const std::regex& use : uses())
        for (std::sregex_iterator it(text.begin(), text.end(), use), end; it != end; ++it) {
            if (!found.empty() && found != (*it)[1].str()) return "";
            found = (*it)[1].str();
        }
    return found.size() <= kLongestName ? found : "";
}

std::string SourceNames::at(const SourceLocation& place) {
    if (place.file.empty() || place.line == 0) return "";
    const std::vector<std::string>& lines = linesOf(place.file);
    return place.line <= lines.size() ? expressionIn(lines[place.line - 1]) : "";
}

const std::vector<std::string>& SourceNames::linesOf(const std::string& file) {
    auto [it, isNew] = files_.try_emplace(file);
    std::error_code error;
    bool isReadable = isNew && std::filesystem::is_regular_file(file, error) && !error &&
                      std::filesystem::file_size(file, error) <= kLargestFile && !error;
    if (!isReadable) return it->second;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) it->second.push_back(line);
    return it->second;
}

}  // namespace raddle::trace
