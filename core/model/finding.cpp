#include "core/model/finding.h"

#include <array>

namespace raddle {
namespace {

constexpr std::array kProperties{"race", "deadlock", "atomicity", "misuse"};
constexpr std::array kEvidence{"assumed", "likely", "definite", "predicted", "confirmed"};
constexpr std::array kSeverities{"note", "warning", "error"};
constexpr std::array kNovelties{"unknown", "new", "known", "absent"};
constexpr std::array kSuppressors{"comment", "configuration"};

template <class Enum, size_t N>
bool parseIn(const std::array<const char*, N>& names, const std::string& text, Enum& out) {
    for (size_t i = 0; i < N; ++i) {
        if (text != names[i]) continue;
        out = static_cast<Enum>(i);
        return true;
    }
    return false;
}

}  // namespace

std::string toString(const SourceLocation& location) {
    if (location.file.empty()) return "<unknown>";
    std::string out = location.file;
    if (location.line) out += ":" + std::to_string(location.line);
    if (location.line && location.column) out += ":" + std::to_string(location.column);
    return out;
}

const char* toString(Property property) {
    return kProperties[static_cast<size_t>(property)];
}
const char* toString(Evidence evidence) {
    return kEvidence[static_cast<size_t>(evidence)];
}
const char* toString(Severity severity) {
    return kSeverities[static_cast<size_t>(severity)];
}
const char* toString(Novelty novelty) {
    return kNovelties[static_cast<size_t>(novelty)];
}
const char* toString(Suppression::By by) {
    return kSuppressors[static_cast<size_t>(by)];
}
bool parse(const std::string& text, Property& out) {
    return parseIn(kProperties, text, out);
}
bool parse(const std::string& text, Evidence& out) {
    return parseIn(kEvidence, text, out);
}
bool parse(const std::string& text, Severity& out) {
    return parseIn(kSeverities, text, out);
}
bool parse(const std::string& text, Novelty& out) {
    return parseIn(kNovelties, text, out);
}
bool parse(const std::string& text, Suppression::By& out) {
    return parseIn(kSuppressors, text, out);
}

}  // namespace raddle
