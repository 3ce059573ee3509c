#include "core/report/html_code.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "core/report/markup.h"

namespace raddle {
namespace {

constexpr uint32_t kLinesAround = 2;
constexpr size_t kLongestLine = 300;
constexpr std::array<std::string_view, 42> kKeywords{
    "auto",     "bool",      "break",   "case",    "char",     "class",   "const",  "continue", "default",
    "delete",   "do",        "else",    "enum",    "extern",   "false",   "for",    "if",       "int",
    "long",     "namespace", "new",     "nullptr", "public",   "private", "return", "short",    "signed",
    "sizeof",   "static",    "struct",  "switch",  "template", "this",    "true",   "typedef",  "typename",
    "unsigned", "using",     "virtual", "void",    "volatile", "while"};

bool isWordPart(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

std::string wrapped(std::string_view kind, std::string_view text) {
    return "<span class=\"" + std::string(kind) + "\">" + escapedMarkup(text) + "</span>";
}

size_t lengthOfQuoted(std::string_view text) {
    for (size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == text[0])
            return i + 1;
    }
    return text.size();
}

std::string lineMarkup(std::string_view text) {
    std::string out;
    char before = ' ';
    while (!text.empty()) {
        size_t length = 1;
        if (text.starts_with("//") || text.starts_with("/*")) {
            const size_t end = text[1] == '/' ? std::string_view::npos : text.find("*/", 2);
            length = end == std::string_view::npos ? text.size() : end + 2;
            out += wrapped("c", text.substr(0, length));
        } else if (text[0] == '"' || (text[0] == '\'' && !isWordPart(before))) {
            length = lengthOfQuoted(text);
            out += wrapped("s", text.substr(0, length));
        } else if (isWordPart(text[0])) {
            while (length < text.size() && isWordPart(text[length])) ++length;
            const std::string_view word = text.substr(0, length);
            const bool isKeyword = std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
            out += isKeyword ? wrapped("k", word) : escapedMarkup(word);
        } else {
            // Bytes of one character stay together.
            while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) ++length;
            out += escapedMarkup(text.substr(0, length));
        }
        before = text[length - 1];
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace

std::string excerptMarkup(Sources& sources, const SourceLocation& at) {
    const std::vector<std::string>& lines = sources.lines(at.file);
    if (at.line == 0 || at.line > lines.size()) return {};
    const uint32_t first = at.line > kLinesAround ? at.line - kLinesAround : 1;
    const uint32_t last = std::min<uint32_t>(at.line + kLinesAround, static_cast<uint32_t>(lines.size()));
    const size_t width = std::to_string(last).size();
    std::string out = "<pre>";
    for (uint32_t line = first; line <= last; ++line) {
        std::string number = std::to_string(line);
        number.insert(0, width - number.size(), ' ');
        const std::string& text = lines[line - 1];
        out += line == at.line ? "<span class=\"l hit\">" : "<span class=\"l\">";
        out += "<i>" + number + "  </i>" + lineMarkup(text.substr(0, kLongestLine)) + "</span>";
    }
    return out + "</pre>";
}

}  // namespace raddle
