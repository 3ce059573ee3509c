#include "analyzer/config/yaml.h"

#include <unordered_set>

#include "core/support/suggestion.h"

namespace raddle::config {

SourceLocation Yaml::placeOf(const YAML::Node& at) const {
    const YAML::Mark mark = at.Mark();
    if (mark.is_null()) return {file_};
    return {file_, static_cast<uint32_t>(mark.line) + 1, static_cast<uint32_t>(mark.column) + 1};
}

Error Yaml::error(const YAML::Node& at, std::string message) const {
    const SourceLocation place = placeOf(at);
    return {std::move(message), place.file, place.line, place.column};
}

Error Yaml::unknown(const YAML::Node& at, const std::string& what, const std::vector<std::string_view>& known) const {
    return error(at, "unknown " + what + " '" + at.Scalar() + "'" + suggestion(at.Scalar(), known));
}

Result<> Yaml::eachOf(const YAML::Node& map, const std::string& what, const Entry& entry) const {
    if (!map.IsMap()) return error(map, "not a map of " + what);
    std::unordered_set<std::string> seen;
    for (const auto& pair : map) {
        const YAML::Node& key = pair.first;
        if (!key.IsScalar()) return error(key, "not a name");
        if (!seen.insert(key.Scalar()).second) return error(key, "'" + key.Scalar() + "' stands here twice");
        TRY(entry(key, pair.second));
    }
    return Unit{};
}

}  // namespace raddle::config
