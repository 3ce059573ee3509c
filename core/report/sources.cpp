#include "core/report/sources.h"

#include <string_view>

#include "core/support/file_system.h"

namespace raddle {
namespace {

std::vector<std::string> split(const std::string& file) {
    std::vector<std::string> lines;
    Result<std::string> content = readFile(file);
    if (!content.ok()) return lines;
    std::string_view rest = *content;
    while (!rest.empty()) {
        size_t end = rest.find('\n');
        std::string_view text = rest.substr(0, end);
        if (text.ends_with('\r')) text.remove_suffix(1);
        lines.emplace_back(text);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace

const std::vector<std::string>& Sources::lines(const std::string& file) {
    auto [it, isNew] = files_.try_emplace(file);
    if (isNew && !file.empty()) it->second = split(file);
    return it->second;
}

std::optional<std::string> Sources::line(const SourceLocation& at) {
    const std::vector<std::string>& all = lines(at.file);
    if (at.line == 0 || at.line > all.size()) return std::nullopt;
    return all[at.line - 1];
}

}  // namespace raddle
